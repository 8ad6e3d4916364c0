import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { boundNotes, numberSchema } from "./bounds.ts";
import { type Json, present } from "./json.ts";
import { count, isObject, own, some, text } from "./plain.ts";

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
export const IGNORE_IF_ZERO_VALUE = 1;

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
      return { ...NONE, notes: lengthNotes(rules, "bytes") };
    case "enum":
      return { ...NONE, schema: enumSchema(rules, field) };
    case "duration":
      return { ...NONE, notes: boundNotes(rules) };
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
        schema: present({
          minProperties: count(rules, "minPairs"),
          maxProperties: count(rules, "maxPairs"),
          propertyNames: mapKeys(rules, field),
        }),
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

/** The values of an enum that a rule lets through or refuses, by their names. */
const enumSchema = (rules: object, field: DescField): Json => {
  const names = (list: unknown): readonly string[] =>
    Array.isArray(list)
      ? (field.enum?.values ?? []).filter(({ number }) => list.includes(number)).map(({ name }) => name)
      : [];
  const only = names(own(rules, "in"));
  const not = names(own(rules, "notIn"));
  return present({
    enum: only.length === 0 ? undefined : only,
    not: not.length === 0 ? undefined : { enum: not },
  });
};

const mapKeys = (rules: object, field: DescField): Json | undefined => {
  const { schema } = fieldConstraints(field, own(rules, "keys"));
  return Object.keys(schema).length === 0 ? undefined : schema;
};

const lengthNotes = (rules: object, unit: string): readonly string[] => {
  const least = count(rules, "minLen");
  const most = count(rules, "maxLen");
  return [
    ...(least === undefined ? [] : [`At least ${least} ${unit}.`]),
    ...(most === undefined ? [] : [`At most ${most} ${unit}.`]),
  ];
};

/** Zero values are written in answers also where the rule would refuse them in a request that sets the field. */
const allowingEmpty = (schema: Json): Json => {
  const { minLength: _length, minimum: _minimum, exclusiveMinimum: _exclusive, format, ...rest } = schema;
  const pattern = text(rest["pattern"]);
  return present({ ...rest, pattern: pattern === "" ? undefined : `^$|${pattern}`, "x-format": format });
};
