import type { DescMessage } from "@bufbuild/protobuf";
import type { Json } from "./json.ts";

const SCHEMAS: Readonly<Record<string, Json>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": { type: "string", pattern: "^-?\\d+(\\.\\d{1,9})?s$" },
  "google.protobuf.FieldMask": { type: "string" },
  "google.protobuf.Empty": { type: "object", additionalProperties: false },
  "google.protobuf.Struct": { type: "object" },
  "google.protobuf.Value": {},
  "google.protobuf.ListValue": { type: "array", items: {} },
  "google.protobuf.Any": {
    type: "object",
    properties: { "@type": { type: "string" } },
    required: ["@type"],
    additionalProperties: true,
  },
  "google.protobuf.BoolValue": { type: ["boolean", "null"] },
  "google.protobuf.StringValue": { type: ["string", "null"] },
  "google.protobuf.BytesValue": { type: ["string", "null"], contentEncoding: "base64" },
  "google.protobuf.Int32Value": { type: ["integer", "null"], format: "int32" },
  "google.protobuf.UInt32Value": { type: ["integer", "null"], format: "uint32", minimum: 0 },
  "google.protobuf.Int64Value": { type: ["string", "null"], format: "int64" },
  "google.protobuf.UInt64Value": { type: ["string", "null"], format: "uint64" },
  "google.protobuf.FloatValue": { type: ["number", "null"], format: "float" },
  "google.protobuf.DoubleValue": { type: ["number", "null"], format: "double" },
  "google.api.HttpBody": { type: "string", format: "binary" },
};

const EXAMPLES: Readonly<Record<string, unknown>> = {
  "google.protobuf.Timestamp": "2027-03-05T15:00:00Z",
  "google.protobuf.Duration": "900s",
  "google.protobuf.FieldMask": "displayName",
  "google.protobuf.Empty": {},
  "google.protobuf.Struct": {},
  "google.protobuf.Value": "example",
  "google.protobuf.ListValue": [],
  "google.protobuf.Any": { "@type": "type.googleapis.com/google.protobuf.Empty", value: {} },
  "google.protobuf.BoolValue": true,
  "google.protobuf.StringValue": "example",
  "google.protobuf.BytesValue": "AA==",
  "google.protobuf.Int32Value": 1,
  "google.protobuf.UInt32Value": 1,
  "google.protobuf.Int64Value": "1",
  "google.protobuf.UInt64Value": "1",
  "google.protobuf.FloatValue": 1,
  "google.protobuf.DoubleValue": 1,
};

/** A value of such a type. */
export const wellKnownExample = (desc: DescMessage): unknown => EXAMPLES[desc.typeName];

/** Types that ProtoJSON writes in a way of their own. */
export const wellKnownSchema = (desc: DescMessage): Json | undefined => SCHEMAS[desc.typeName];
