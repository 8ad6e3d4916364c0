import type { DescEnum, DescFile, DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "./facts.ts";

/** The comment in front of a type, field, value or method, by its full name; empty where there is none. */
export type Comments = (fullName: string) => string;

/** Reads the comments of an image; one that was built without source information has none. */
export const readComments = (contract: Contract): Comments => {
  const found = new Map<string, string>();
  for (const file of contract.registry.files) {
    readFile(file, found);
  }
  return (fullName) => found.get(fullName) ?? "";
};

// The numbers are those of the fields in descriptor.proto that lead to each kind of element.
const MESSAGES = 4;
const ENUMS = 5;
const SERVICES = 6;
const FIELDS = 2;
const NESTED_MESSAGES = 3;
const NESTED_ENUMS = 4;
const ONEOFS = 8;

const readFile = (file: DescFile, found: Map<string, string>): void => {
  const texts = new Map<string, string>();
  for (const { path, leadingComments } of file.proto.sourceCodeInfo?.location ?? []) {
    if (leadingComments !== "") {
      texts.set(path.join("."), trimmed(leadingComments));
    }
  }
  const note = (name: string, ...path: readonly number[]): void => {
    const text = texts.get(path.join("."));
    if (text !== undefined) {
      found.set(name, text);
    }
  };
  const visitEnum = (desc: DescEnum, path: readonly number[]): void => {
    note(desc.typeName, ...path);
    for (const [index, value] of desc.values.entries()) {
      note(`${desc.typeName}.${value.name}`, ...path, FIELDS, index);
    }
  };
  const visitMessage = (desc: DescMessage, path: readonly number[]): void => {
    note(desc.typeName, ...path);
    for (const [index, field] of desc.fields.entries()) {
      note(`${desc.typeName}.${field.name}`, ...path, FIELDS, index);
    }
    for (const [index, oneof] of desc.oneofs.entries()) {
      note(`${desc.typeName}.${oneof.name}`, ...path, ONEOFS, index);
    }
    for (const nested of desc.nestedMessages) {
      visitMessage(nested, [...path, NESTED_MESSAGES, desc.proto.nestedType.indexOf(nested.proto)]);
    }
    for (const [index, nested] of desc.nestedEnums.entries()) {
      visitEnum(nested, [...path, NESTED_ENUMS, index]);
    }
  };
  for (const [index, message] of file.messages.entries()) {
    visitMessage(message, [MESSAGES, index]);
  }
  for (const [index, desc] of file.enums.entries()) {
    visitEnum(desc, [ENUMS, index]);
  }
  for (const [index, service] of file.services.entries()) {
    note(service.typeName, SERVICES, index);
    for (const [number, method] of service.methods.entries()) {
      note(`${service.typeName}.${method.name}`, SERVICES, index, FIELDS, number);
    }
  }
};

const trimmed = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^ /, "").trimEnd())
    .join("\n")
    .trim();
