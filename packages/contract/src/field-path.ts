import type { DescField, DescMessage } from "@bufbuild/protobuf";

const WRAPPER = /^google\.protobuf\.(Bool|String|Bytes|U?Int(32|64)|Float|Double)Value$/;
const TEXT_TYPES: ReadonlySet<string> = new Set([
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  "google.protobuf.FieldMask",
]);

/** Messages that ProtoJSON writes as one scalar, so that a path or a query can carry them. */
export const isScalarMessage = (desc: DescMessage): boolean => TEXT_TYPES.has(desc.typeName) || isWrapper(desc);

export const isWrapper = (desc: DescMessage): boolean => WRAPPER.test(desc.typeName);

/** Whether a path segment or one query parameter can carry the field. */
export const isTextField = (field: DescField): boolean =>
  field.fieldKind === "scalar" ||
  field.fieldKind === "enum" ||
  (field.fieldKind === "message" && isScalarMessage(field.message));

export const fieldByName = (desc: DescMessage, name: string): DescField | undefined =>
  desc.fields.find((field) => field.name === name);

/** Follows a dotted path of proto names through singular messages; throws with the name where it ends. */
export const resolveFieldPath = (desc: DescMessage, path: string): readonly DescField[] => {
  const names = path.split(".");
  const fields: DescField[] = [];
  let message = desc;
  for (const [index, name] of names.entries()) {
    const field = fieldByName(message, name);
    if (field === undefined) {
      throw new Error(`${message.typeName} has no field ${name}`);
    }
    fields.push(field);
    if (index < names.length - 1) {
      if (field.fieldKind !== "message" || isScalarMessage(field.message)) {
        throw new Error(`${path} passes through ${name}, which is no single message`);
      }
      message = field.message;
    }
  }
  return fields;
};
