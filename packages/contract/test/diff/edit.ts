import { clone, fromBinary, fromJson, type JsonObject, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type EnumValueDescriptorProto,
  EnumValueOptionsSchema,
  type FieldDescriptorProto,
  FieldOptionsSchema,
  FileDescriptorSetSchema,
  type MethodDescriptorProto,
  MethodOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import { type Contract, loadContract } from "../../src/index.ts";

/** Changes parts of one contract by name; a name that the contract does not have is a mistake of the test. */
export interface Edit {
  readonly method: (fullName: string) => MethodDescriptorProto;
  readonly message: (fullName: string) => DescriptorProto;
  readonly field: (fullName: string) => FieldDescriptorProto;
  readonly enum: (fullName: string) => EnumDescriptorProto;
  readonly value: (fullName: string) => EnumValueDescriptorProto;
  readonly methodOptions: (fullName: string, edit: (options: JsonObject) => JsonObject) => void;
  readonly fieldOptions: (fullName: string, edit: (options: JsonObject) => JsonObject) => void;
  readonly valueOptions: (fullName: string, edit: (options: JsonObject) => JsonObject) => void;
}

/** A seeded change of our own contract, and what the diff has to say about it. */
export interface Mutation {
  readonly change: (edit: Edit) => void;
  readonly told: readonly string[];
}

/** The contract of an image after an edit. */
export const edited = (image: Uint8Array, { registry }: Contract, change: (edit: Edit) => void): Contract => {
  const files = clone(FileDescriptorSetSchema, fromBinary(FileDescriptorSetSchema, image));
  const messages = new Map<string, DescriptorProto>();
  const enums = new Map<string, EnumDescriptorProto>();
  const methods = new Map<string, MethodDescriptorProto>();
  const collect = (scope: string, one: DescriptorProto): void => {
    const name = `${scope}.${one.name}`;
    messages.set(name, one);
    for (const inner of one.enumType) enums.set(`${name}.${inner.name}`, inner);
    for (const inner of one.nestedType) collect(name, inner);
  };
  for (const file of files.file) {
    for (const one of file.messageType) collect(file.package, one);
    for (const one of file.enumType) enums.set(`${file.package}.${one.name}`, one);
    for (const service of file.service) {
      for (const one of service.method) methods.set(`${file.package}.${service.name}/${one.name}`, one);
    }
  }
  const message = (name: string) => found(messages.get(name), name);
  const method = (name: string) => found(methods.get(name), name);
  const enumeration = (name: string) => found(enums.get(name), name);
  const field = (name: string) =>
    found(
      message(parentOf(name)).field.find((one) => one.name === lastOf(name)),
      name,
    );
  const value = (name: string) =>
    found(
      enumeration(parentOf(name)).value.find((one) => one.name === lastOf(name)),
      name,
    );
  const settings = { registry, useProtoFieldName: true };
  change({
    message,
    method,
    field,
    value,
    enum: enumeration,
    methodOptions: (name, edit) => {
      const { options } = method(name);
      const json = options === undefined ? {} : toJson(MethodOptionsSchema, options, settings);
      method(name).options = fromJson(MethodOptionsSchema, edit(object(json)), settings);
    },
    fieldOptions: (name, edit) => {
      const { options } = field(name);
      const json = options === undefined ? {} : toJson(FieldOptionsSchema, options, settings);
      field(name).options = fromJson(FieldOptionsSchema, edit(object(json)), settings);
    },
    valueOptions: (name, edit) => {
      const { options } = value(name);
      const json = options === undefined ? {} : toJson(EnumValueOptionsSchema, options, settings);
      value(name).options = fromJson(EnumValueOptionsSchema, edit(object(json)), settings);
    },
  });
  return loadContract(toBinary(FileDescriptorSetSchema, files));
};

/** JSON with one value put where a path of names leads; undefined takes it away. */
export const put = (json: JsonObject, [name = "", ...rest]: readonly string[], value: unknown): JsonObject => {
  const { [name]: old, ...others } = json;
  if (rest.length > 0) {
    return { ...others, [name]: put(object(old ?? {}), rest, value) };
  }
  return value === undefined ? others : { ...others, ...object(JSON.parse(JSON.stringify({ [name]: value }))) };
};

const object = (json: unknown): JsonObject => {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new Error("no JSON object");
  }
  return Object.fromEntries(Object.entries(json));
};

const found = <Item>(item: Item | undefined, name: string): Item => {
  if (item === undefined) {
    throw new Error(`the contract has no ${name}`);
  }
  return item;
};

const parentOf = (name: string): string => name.slice(0, name.lastIndexOf("."));
const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
