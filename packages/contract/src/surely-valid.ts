import {
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  hasOption,
  type JsonValue,
  type Message,
  type Registry,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { type RuleCheck, ruleCheck, unsure } from "./surely-valid-rules.ts";

/**
 * Says at little cost that a message is valid, or that it cannot tell. The validator remains the authority: it is asked about
 * everything else, and for a long rule such as a duration's bounds it takes ten times as long as all of this.
 */
export type SurelyValid = (message: Message) => boolean;

const IMPLICIT = 2;

export const surelyValid = (registry: Registry): ((desc: DescMessage) => SurelyValid) => {
  const checks = new Map<DescMessage, SurelyValid>();

  const messageCheck = (desc: DescMessage): SurelyValid => {
    const known = checks.get(desc);
    if (known !== undefined) return known;
    let compiled: readonly SurelyValid[] = [];
    // A type may contain itself, so that it is known before its fields are looked at.
    checks.set(desc, (message) => compiled.every((check) => check(message)));
    const hasRules =
      rulesOf(registry, desc, "buf.validate.message") !== undefined ||
      desc.oneofs.some((oneof) => rulesOf(registry, oneof, "buf.validate.oneof") !== undefined);
    compiled = hasRules ? [unsure] : desc.fields.flatMap((field) => fieldCheck(field) ?? []);
    return checks.get(desc) ?? unsure;
  };

  /** Undefined where every value is valid. */
  const fieldCheck = (field: DescField): SurelyValid | undefined => {
    const rules = rulesOf(registry, field, "buf.validate.field");
    const { ignore, required, ...others } = rules ?? {};
    if (ignore !== undefined && ignore !== "IGNORE_IF_ZERO_VALUE") return unsure;
    const check = valueCheck(field, others);
    if (check === undefined && required !== true) return undefined;
    const { oneof, localName } = field;
    const skipsEmpty = ignore !== undefined;
    const isEmpty = emptiness(field);
    const hasPresence = field.presence !== IMPLICIT;
    return (message) => {
      const value = oneof === undefined ? ownOf(message, localName) : memberOf(message, oneof, localName);
      // Whether this zero is one is the validator's to say.
      if (Object.is(value, -0)) return false;
      const isAbsent = hasPresence ? value === undefined : isEmpty(value);
      if (isAbsent && required === true) return false;
      if (isAbsent && (hasPresence || skipsEmpty)) return true;
      // With presence an empty value is there; whether it is to be checked is left to the validator.
      if (hasPresence && skipsEmpty && isEmpty(value)) return false;
      return check === undefined || check(value);
    };
  };

  const valueCheck = (field: DescField, rules: Rules): RuleCheck | undefined => {
    const { message } = field;
    if (field.fieldKind === "map") {
      // Rules for a map may be broken by an empty one, and what its values are is not looked at here.
      if (Object.keys(rules).length > 0) return unsure;
      return message === undefined ? undefined : emptiness(field);
    }
    if (field.fieldKind !== "list") return both(ruleCheck(rules, message), message && inner(message));
    const { repeated = {}, ...others } = rules;
    if (typeof repeated !== "object" || repeated === null || Array.isArray(repeated)) return unsure;
    const { items = {}, ...ofList } = repeated;
    if (typeof items !== "object" || items === null || Array.isArray(items)) return unsure;
    const list = ruleCheck(Object.keys(ofList).length === 0 ? others : { ...others, repeated: ofList }, undefined);
    const item = both(ruleCheck(items, message), message && inner(message));
    const all: RuleCheck | undefined = item && ((value) => Array.isArray(value) && value.every(item));
    return both(list, all);
  };

  const inner =
    (desc: DescMessage): RuleCheck =>
    (value) =>
      isMessage(value) && messageCheck(desc)(value);

  return messageCheck;
};

type Rules = Readonly<Record<string, JsonValue>>;

/** A rule set as ProtoJSON, which names rules that nobody here knows too. */
const rulesOf = (registry: Registry, desc: DescField | DescMessage | DescOneof, name: string): Rules | undefined => {
  const extension = registry.getExtension(name);
  if (extension === undefined || !hasOption(desc, extension)) return undefined;
  const { message } = extension;
  const value: unknown = getOption(desc, extension);
  const json = message !== undefined && isMessage(value) ? toJson(message, value, { registry }) : undefined;
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : { unreadable: true };
};

// Zero values of fields with presence stand on the prototype, where nobody has set them.
const ownOf = (message: Message, localName: string): unknown =>
  Object.hasOwn(message, localName) ? Reflect.get(message, localName) : undefined;

const memberOf = (message: Message, oneof: DescOneof, localName: string): unknown => {
  const member: unknown = Reflect.get(message, oneof.localName);
  const isIt = typeof member === "object" && member !== null && Reflect.get(member, "case") === localName;
  return isIt ? Reflect.get(member, "value") : undefined;
};

const isMessage = (value: unknown): value is Message =>
  typeof value === "object" && value !== null && "$typeName" in value && typeof value.$typeName === "string";

/** Whether a value of the field is the zero of its type. */
const emptiness = ({ fieldKind, scalar }: DescField): RuleCheck => {
  // To Number "0" and " " are nothing either, and a 64-bit integer may be kept as text.
  if (fieldKind === "scalar" && scalar === ScalarType.STRING) return (value) => value === undefined || value === "";
  return (value) => {
    if (typeof value !== "object" || value === null)
      return value === undefined || value === false || Number(value) === 0;
    return Array.isArray(value) || value instanceof Uint8Array ? value.length === 0 : Object.keys(value).length === 0;
  };
};

const both = (one: RuleCheck | undefined, other: RuleCheck | undefined): RuleCheck | undefined =>
  one === undefined ? other : other === undefined ? one : (value) => one(value) && other(value);
