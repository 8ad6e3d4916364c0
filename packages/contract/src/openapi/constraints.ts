import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { type Json, present } from "./json.ts";

/** What buf.validate says about one field, as JSON Schema. */
export interface Constraints {
  readonly required: boolean;
  readonly schema: Json;
  /** For the items of a list. */
  readonly items: Json;
  /** Rules that JSON Schema has no word for, in words. */
  readonly notes: readonly string[];
}

const NONE: Constraints = { required: false, schema: {}, items: {}, notes: [] };
const IGNORE_IF_ZERO_VALUE = 1;

/** `rules` is the value of the option (buf.validate.field); `isLong` fields are text in JSON, so that bounds are told in words. */
export const fieldConstraints = (field: DescField, rules: unknown): Constraints => {
  if (!isObject(rules)) {
    return NONE;
  }
  const type = own(rules, "type");
  const kind = isObject(type) ? text(own(type, "case")) : "";
  const value = isObject(type) ? own(type, "value") : undefined;
  const read = isObject(value) ? constraintsOf(kind, value, field) : NONE;
  const notes = [...celNotes(rules), ...read.notes];
  const schema = own(rules, "ignore") === IGNORE_IF_ZERO_VALUE ? allowingEmpty(read.schema) : read.schema;
  return { ...read, schema, notes, required: own(rules, "required") === true };
};

/** The messages of rules over several fields. */
export const messageNotes = (rules: unknown): readonly string[] => (isObject(rules) ? celNotes(rules) : []);

/** The names of oneofs of which one member has to be there. */
export const requiredOneofs = (
  desc: DescMessage,
  rulesOf: (oneof: DescMessage["oneofs"][number]) => unknown,
): ReadonlySet<string> =>
  new Set(
    desc.oneofs.flatMap((oneof) => {
      const rules = rulesOf(oneof);
      return isObject(rules) && own(rules, "required") === true ? [oneof.name] : [];
    }),
  );

const celNotes = (rules: object): readonly string[] => {
  const list = own(rules, "cel");
  return Array.isArray(list)
    ? list.flatMap((rule: unknown) => {
        const message = isObject(rule) ? text(own(rule, "message")) : "";
        return message === "" ? [] : [message];
      })
    : [];
};

const constraintsOf = (kind: string, rules: object, field: DescField): Constraints => {
  switch (kind) {
    case "string":
      return { ...NONE, schema: stringSchema(rules) };
    case "bytes":
      return NONE;
    case "repeated": {
      const inner = fieldConstraints(field, own(rules, "items"));
      const schema = present({
        minItems: count(rules, "minItems"),
        maxItems: count(rules, "maxItems"),
        uniqueItems: own(rules, "unique") === true ? true : undefined,
      });
      return { ...NONE, schema, items: inner.schema, notes: inner.notes };
    }
    case "map":
      return {
        ...NONE,
        schema: present({ minProperties: count(rules, "minPairs"), maxProperties: count(rules, "maxPairs") }),
      };
    case "int32":
    case "uint32":
    case "sint32":
    case "fixed32":
    case "sfixed32":
    case "float":
    case "double":
      return { ...NONE, schema: numberSchema(rules) };
    case "int64":
    case "uint64":
    case "sint64":
    case "fixed64":
    case "sfixed64":
      return { ...NONE, notes: boundNotes(rules) };
    default:
      return NONE;
  }
};

const FORMATS: Readonly<Record<string, string>> = {
  email: "email",
  hostname: "hostname",
  ipv4: "ipv4",
  ipv6: "ipv6",
  uri: "uri",
  uriRef: "uri-reference",
  uuid: "uuid",
};

const stringSchema = (rules: object): Json => {
  const exact = count(rules, "len");
  const wellKnown = own(rules, "wellKnown");
  const format = isObject(wellKnown) ? FORMATS[text(own(wellKnown, "case"))] : undefined;
  return present({
    minLength: exact ?? count(rules, "minLen"),
    maxLength: exact ?? count(rules, "maxLen"),
    pattern: text(own(rules, "pattern")),
    format,
    enum: some(own(rules, "in")),
    const: own(rules, "const"),
  });
};

const numberSchema = (rules: object): Json => {
  const [below, above] = bounds(rules);
  return present({
    maximum: below?.case === "lte" ? below.value : undefined,
    exclusiveMaximum: below?.case === "lt" ? below.value : undefined,
    minimum: above?.case === "gte" ? above.value : undefined,
    exclusiveMinimum: above?.case === "gt" ? above.value : undefined,
    enum: some(own(rules, "in")),
    const: own(rules, "const"),
  });
};

const WORDS: Readonly<Record<string, string>> = { lt: "less than", lte: "at most", gt: "more than", gte: "at least" };

const boundNotes = (rules: object): readonly string[] => {
  const [below, above] = bounds(rules);
  const told = [above, below].flatMap((bound) =>
    bound === undefined ? [] : [`${WORDS[bound.case] ?? bound.case} ${bound.value}`],
  );
  return told.length === 0 ? [] : [`Has to be ${told.join(" and ")}.`];
};

interface Bound {
  readonly case: string;
  readonly value: unknown;
}

const bounds = (rules: object): readonly [Bound | undefined, Bound | undefined] => {
  const read = (name: string): Bound | undefined => {
    const bound = own(rules, name);
    const kind = isObject(bound) ? own(bound, "case") : undefined;
    return isObject(bound) && typeof kind === "string" ? { case: kind, value: own(bound, "value") } : undefined;
  };
  return [read("lessThan"), read("greaterThan")];
};

/** Zero values are written in answers also where the rule would refuse them in a request that sets the field. */
const allowingEmpty = (schema: Json): Json => {
  const { minLength: _length, minimum: _minimum, exclusiveMinimum: _exclusive, format, ...rest } = schema;
  const pattern = text(rest["pattern"]);
  return present({ ...rest, pattern: pattern === "" ? undefined : `^$|${pattern}`, "x-format": format });
};

/** Fields that are not set stand on the prototype with their defaults. */
const own = (holder: object, name: string): unknown =>
  Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const count = (rules: object, name: string): number | undefined => {
  const value = own(rules, name);
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
};

const some = (value: unknown): unknown => (Array.isArray(value) && value.length > 0 ? value : undefined);
