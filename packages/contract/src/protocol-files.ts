import { create, createFileRegistry, type FileRegistry } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/** The services that every server of the mesh has beside its own, which no image of a contract contains. */
export const PROTOCOL_SERVICES = [
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
] as const;

/** Their descriptors: both protocols are small and frozen, so they are stated here as they are answered. */
export const protocolFiles = (): FileRegistry =>
  createFileRegistry(
    create(FileDescriptorSetSchema, {
      file: [health(), reflection("grpc.reflection.v1"), reflection("grpc.reflection.v1alpha")],
    }),
  );

/** A field's name, type and number; a type with a capital is a message or an enum of the same package. */
type Field = readonly [name: string, type: string, number: number, part?: "repeated" | "oneof"];

const SCALARS: Readonly<Record<string, Type>> = { string: Type.STRING, bytes: Type.BYTES, int32: Type.INT32 };

const health = (): FileDescriptorProto => {
  const name = "grpc.health.v1";
  return create(FileDescriptorProtoSchema, {
    name: "grpc/health/v1/health.proto",
    package: name,
    syntax: "proto3",
    messageType: [
      message(name, "HealthCheckRequest", [["service", "string", 1]]),
      create(DescriptorProtoSchema, {
        name: "HealthCheckResponse",
        field: [
          {
            name: "status",
            number: 1,
            label: Label.OPTIONAL,
            type: Type.ENUM,
            typeName: `.${name}.HealthCheckResponse.ServingStatus`,
            jsonName: "status",
          },
        ],
        enumType: [
          create(EnumDescriptorProtoSchema, {
            name: "ServingStatus",
            value: ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"].map((value, number) => ({
              name: value,
              number,
            })),
          }),
        ],
      }),
    ],
    service: [
      service(name, "Health", [
        ["Check", "HealthCheckRequest", "HealthCheckResponse", "unary"],
        ["Watch", "HealthCheckRequest", "HealthCheckResponse", "server"],
      ]),
    ],
  });
};

const reflection = (name: string): FileDescriptorProto =>
  create(FileDescriptorProtoSchema, {
    name: `${name.replaceAll(".", "/")}/reflection.proto`,
    package: name,
    syntax: "proto3",
    messageType: [
      message(
        name,
        "ServerReflectionRequest",
        [
          ["host", "string", 1],
          ["file_by_filename", "string", 3, "oneof"],
          ["file_containing_symbol", "string", 4, "oneof"],
          ["file_containing_extension", "ExtensionRequest", 5, "oneof"],
          ["all_extension_numbers_of_type", "string", 6, "oneof"],
          ["list_services", "string", 7, "oneof"],
        ],
        "message_request",
      ),
      message(name, "ExtensionRequest", [
        ["containing_type", "string", 1],
        ["extension_number", "int32", 2],
      ]),
      message(
        name,
        "ServerReflectionResponse",
        [
          ["valid_host", "string", 1],
          ["original_request", "ServerReflectionRequest", 2],
          ["file_descriptor_response", "FileDescriptorResponse", 4, "oneof"],
          ["all_extension_numbers_response", "ExtensionNumberResponse", 5, "oneof"],
          ["list_services_response", "ListServiceResponse", 6, "oneof"],
          ["error_response", "ErrorResponse", 7, "oneof"],
        ],
        "message_response",
      ),
      message(name, "FileDescriptorResponse", [["file_descriptor_proto", "bytes", 1, "repeated"]]),
      message(name, "ExtensionNumberResponse", [
        ["base_type_name", "string", 1],
        ["extension_number", "int32", 2, "repeated"],
      ]),
      message(name, "ListServiceResponse", [["service", "ServiceResponse", 1, "repeated"]]),
      message(name, "ServiceResponse", [["name", "string", 1]]),
      message(name, "ErrorResponse", [
        ["error_code", "int32", 1],
        ["error_message", "string", 2],
      ]),
    ],
    service: [
      service(name, "ServerReflection", [
        ["ServerReflectionInfo", "ServerReflectionRequest", "ServerReflectionResponse", "both"],
      ]),
    ],
  });

const message = (inside: string, name: string, fields: readonly Field[], oneof?: string): DescriptorProto =>
  create(DescriptorProtoSchema, {
    name,
    field: fields.map(([field, type, number, part]) => ({
      name: field,
      number,
      label: part === "repeated" ? Label.REPEATED : Label.OPTIONAL,
      type: SCALARS[type] ?? Type.MESSAGE,
      ...(SCALARS[type] === undefined ? { typeName: `.${inside}.${type}` } : {}),
      ...(part === "oneof" ? { oneofIndex: 0 } : {}),
      jsonName: field.replaceAll(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase()),
    })),
    oneofDecl: oneof === undefined ? [] : [{ name: oneof }],
  });

const service = (
  inside: string,
  name: string,
  methods: readonly (readonly [name: string, input: string, output: string, streams: "unary" | "server" | "both"])[],
): ServiceDescriptorProto =>
  create(ServiceDescriptorProtoSchema, {
    name,
    method: methods.map(([method, input, output, streams]) => ({
      name: method,
      inputType: `.${inside}.${input}`,
      outputType: `.${inside}.${output}`,
      ...(streams === "both" ? { clientStreaming: true } : {}),
      ...(streams === "unary" ? {} : { serverStreaming: true }),
    })),
  });
