import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Json } from "./json.ts";

const SUCH_AS = /such as (?:"([^"]+)"|`([^`]+)`|(\S+?)[.,;)]*(?:\s|$))/;

/** An example out of the words that describe a field ("such as EUR"), where it keeps the field's own rules. */
export const exampleFrom = (field: DescField, schema: Json, ...texts: readonly string[]): unknown => {
  for (const text of texts) {
    const found = SUCH_AS.exec(text);
    const example = found?.[1] ?? found?.[2] ?? found?.[3];
    // "payments/0190…" is for people.
    const value = example === undefined || example.includes("…") ? undefined : valueFrom(field, schema, example);
    if (value !== undefined) {
      return value;
    }
  }
  return undefined;
};

const valueFrom = (field: DescField, schema: Json, text: string): unknown => {
  if (field.message?.typeName === "google.protobuf.Duration") {
    return /^\d+(\.\d+)?s$/.test(text) ? text : undefined;
  }
  if (field.message?.typeName === "google.protobuf.FieldMask") {
    return text;
  }
  switch (field.scalar) {
    case ScalarType.STRING:
      return keeps(schema, text) ? text : undefined;
    case ScalarType.INT64:
    case ScalarType.UINT64:
      return /^-?\d+$/.test(text) ? text : undefined;
    case undefined:
    case ScalarType.BOOL:
    case ScalarType.BYTES:
      return undefined;
    default:
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  }
};

/** Whether the words of a field that has no value of its own, such as a message, promise an example. */
export const promisesExample = (...texts: readonly string[]): boolean => texts.some((text) => SUCH_AS.test(text));

const keeps = ({ pattern, minLength, maxLength }: Json, example: string): boolean =>
  (typeof pattern !== "string" || new RegExp(pattern, "u").test(example)) &&
  (typeof minLength !== "number" || example.length >= minLength) &&
  (typeof maxLength !== "number" || example.length <= maxLength);
