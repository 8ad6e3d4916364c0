import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from "@bufbuild/protobuf";
import { isScalarMessage } from "@staymesh/contract";
import fc from "fast-check";

const DEPTH_MAX = 3;

/** Any message of a type, as ProtoJSON. `inQuery` leaves out what no two transcoders write alike into a query. */
export function arbitraryJson(desc: DescMessage, inQuery: boolean, depth = 0): fc.Arbitrary<JsonObject> {
  if (depth > DEPTH_MAX) return fc.constant({});
  const members = desc.members.flatMap((member) => {
    const fields = (member.kind === "oneof" ? member.fields : [member]).filter(
      (field) => !inQuery || fitsQuery(field, depth),
    );
    const entries = fields.map((field) =>
      valuesOf(field, inQuery, depth + 1).map((value): JsonObject => ({ [field.jsonName]: value })),
    );
    return entries.length === 0 ? [] : [rarely(fc.oneof(...entries), depth)];
  });
  return members.length === 0 ? fc.constant({}) : fc.tuple(...members).map((parts) => Object.assign({}, ...parts));
}

/** The deeper, the emptier, so that types that contain themselves come to an end. */
function rarely(entry: fc.Arbitrary<JsonObject>, depth: number): fc.Arbitrary<JsonObject> {
  return fc.oneof({ weight: 2, arbitrary: entry }, { weight: 1 + depth * 2, arbitrary: fc.constant<JsonObject>({}) });
}

function fitsQuery(field: DescField, depth: number): boolean {
  if (field.fieldKind === "map") return false;
  if (field.message === undefined || isScalarMessage(field.message)) return true;
  return field.fieldKind === "message" && depth === 0 && !isFree(field.message);
}

const FREE = new Set(["Struct", "Value", "ListValue", "Any"].map((name) => `google.protobuf.${name}`));

function isFree({ typeName }: DescMessage): boolean {
  return FREE.has(typeName);
}

function valuesOf(field: DescField, inQuery: boolean, depth: number): fc.Arbitrary<JsonValue> {
  switch (field.fieldKind) {
    case "list":
      return fc.array(itemOf(field, inQuery, depth), { maxLength: 3 });
    case "map":
      return fc.dictionary(keyOf(field.mapKey), itemOf(field, inQuery, depth), { maxKeys: 3, noNullPrototype: true });
    default:
      return itemOf(field, inQuery, depth);
  }
}

function itemOf(field: DescField, inQuery: boolean, depth: number): fc.Arbitrary<JsonValue> {
  if (field.enum !== undefined) {
    return field.enum.typeName === "google.protobuf.NullValue"
      ? fc.constant(null)
      : fc.constantFrom(...field.enum.values.map(({ name }) => name));
  }
  return field.message === undefined ? scalarOf(field.scalar) : messageOf(field.message, inQuery, depth);
}

function messageOf(desc: DescMessage, inQuery: boolean, depth: number): fc.Arbitrary<JsonValue> {
  const value = desc.fields.find(({ name }) => name === "value");
  switch (desc.typeName) {
    case "google.protobuf.Timestamp":
      return fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }).map((s) => new Date(s * 1000).toISOString());
    case "google.protobuf.Duration":
      return fc
        .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(999))
        .map(([s, ms]) => `${s}.${`${ms}`.padStart(3, "0")}s`);
    case "google.protobuf.FieldMask":
      return fc
        .array(fc.constantFrom("a", "displayName", "size.width", "b9"), { maxLength: 3 })
        .map((p) => p.join(","));
    case "google.protobuf.Struct":
      return fc.dictionary(keyText(), free(), { maxKeys: 3, noNullPrototype: true });
    case "google.protobuf.ListValue":
      return fc.array(flat(), { maxLength: 3 });
    case "google.protobuf.Value":
      return free();
    case "google.protobuf.Any":
      return fc.constant({ "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" });
    default:
      return isScalarMessage(desc) && value !== undefined
        ? scalarOf(value.scalar ?? ScalarType.STRING)
        : arbitraryJson(desc, inQuery, depth);
  }
}

function free(): fc.Arbitrary<JsonValue> {
  return fc.oneof(flat(), fc.array(fc.integer(), { maxLength: 2 }));
}

function flat(): fc.Arbitrary<JsonValue> {
  return fc.oneof(text(), fc.integer(), fc.boolean(), fc.constant(null));
}

export function text(): fc.Arbitrary<string> {
  return fc
    .oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom("", "a b", "a+b", "%2F", "%", "a/b", "a:use", "null", "__proto__", "é", "=&?#", "\u{1d11e}"),
    )
    .filter((each) => each.isWellFormed());
}

export function scalarOf(scalar: ScalarType): fc.Arbitrary<JsonValue> {
  switch (scalar) {
    case ScalarType.STRING:
      return text();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString("base64"));
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      // A zero with a sign is lost where numbers become text.
      return fc
        .oneof(fc.constantFrom("NaN", "Infinity", "-Infinity"), fc.float({ noNaN: true, noDefaultInfinity: true }))
        .map((n) => (Object.is(n, -0) ? 0 : n));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.integer({ min: 0, max: 2 ** 32 - 1 });
    default:
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  }
}

function keyOf(scalar: ScalarType): fc.Arbitrary<string> {
  return scalar === ScalarType.STRING ? keyText() : scalarOf(scalar).map(String);
}

/** Copies of objects that are made by assignment lose a member of this name. */
function keyText(): fc.Arbitrary<string> {
  return text().filter((key) => key !== "__proto__");
}
