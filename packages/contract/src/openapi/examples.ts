import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Json } from "./json.ts";

/** An example out of the words that describe a field ("such as EUR"), where it keeps the field's own rules. */
export const exampleFrom = (
  field: DescField,
  schema: Json,
  ...texts: readonly string[]
): readonly unknown[] | undefined => {
  for (const text of texts) {
    const found = /such as (?:"([^"]+)"|`([^`]+)`|(\S+?)[.,;)]*(?:\s|$))/.exec(text);
    const example = found?.[1] ?? found?.[2] ?? found?.[3];
    if (example !== undefined && field.scalar === ScalarType.STRING && keeps(schema, example)) {
      return [example];
    }
  }
  return undefined;
};

const keeps = ({ pattern, minLength, maxLength }: Json, example: string): boolean =>
  (typeof pattern !== "string" || new RegExp(pattern, "u").test(example)) &&
  (typeof minLength !== "number" || example.length >= minLength) &&
  (typeof maxLength !== "number" || example.length <= maxLength);
