import {
  type DescEnum,
  type DescEnumValue,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescOneof,
  type DescService,
  type JsonObject,
  type JsonValue,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  FieldOptionsSchema,
  MessageOptionsSchema,
  MethodOptionsSchema,
  OneofOptionsSchema,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";

export type Element = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod | DescOneof | DescService;

/** All options of an element as ProtoJSON with proto names; extensions stand under "[full.name]". */
export const optionValues = (element: Element, registry: Registry): JsonObject => {
  const json = write(element, registry);
  return isJsonObject(json) ? json : {};
};

const write = (element: Element, registry: Registry): JsonValue => {
  const settings = { registry, useProtoFieldName: true };
  switch (element.kind) {
    case "enum":
      return element.proto.options === undefined ? {} : toJson(EnumOptionsSchema, element.proto.options, settings);
    case "enum_value":
      return element.proto.options === undefined ? {} : toJson(EnumValueOptionsSchema, element.proto.options, settings);
    case "field":
      return element.proto.options === undefined ? {} : toJson(FieldOptionsSchema, element.proto.options, settings);
    case "message":
      return element.proto.options === undefined ? {} : toJson(MessageOptionsSchema, element.proto.options, settings);
    case "rpc":
      return element.proto.options === undefined ? {} : toJson(MethodOptionsSchema, element.proto.options, settings);
    case "oneof":
      return element.proto.options === undefined ? {} : toJson(OneofOptionsSchema, element.proto.options, settings);
    case "service":
      return element.proto.options === undefined ? {} : toJson(ServiceOptionsSchema, element.proto.options, settings);
  }
};

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value of one option that is a message; empty where nobody set it. */
export const section = (values: JsonObject, name: string): JsonObject => {
  const value = values[name];
  return isJsonObject(value) ? value : {};
};

/** One line for people. */
export const words = (value: JsonValue | undefined): string | undefined =>
  value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value);
