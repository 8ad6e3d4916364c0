import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { fieldConstraints, IGNORE_IF_ZERO_VALUE } from "./constraints.ts";
import { isObject, own } from "./plain.ts";

const IMPLICIT = 2;
const NEVER_EMPTY: ReadonlySet<string> = new Set(["email", "hostname", "ipv4", "ipv6", "uri", "uuid"]);

/** Whether a field without presence has to be there, since its rules refuse the zero that an absent one has. */
export const refusesZero = (field: DescField, rules: unknown): boolean => {
  if (!isObject(rules) || field.presence !== IMPLICIT || own(rules, "ignore") === IGNORE_IF_ZERO_VALUE) {
    return false;
  }
  const { schema } = fieldConstraints(field, rules);
  const { pattern, minLength, format, minimum, exclusiveMinimum, minItems, not } = schema;
  if (field.fieldKind === "list") {
    return typeof minItems === "number" && minItems > 0;
  }
  if (field.fieldKind === "enum") {
    const zero = field.enum.values.find(({ number }) => number === 0)?.name;
    const refused: unknown = isObject(not) ? own(not, "enum") : undefined;
    return Array.isArray(refused) && refused.includes(zero);
  }
  if (field.scalar === ScalarType.STRING) {
    return (
      (typeof pattern === "string" && pattern !== "" && !new RegExp(pattern, "u").test("")) ||
      (typeof minLength === "number" && minLength > 0) ||
      (typeof format === "string" && NEVER_EMPTY.has(format))
    );
  }
  return (
    (typeof minimum === "number" && minimum > 0) || (typeof exclusiveMinimum === "number" && exclusiveMinimum >= 0)
  );
};
