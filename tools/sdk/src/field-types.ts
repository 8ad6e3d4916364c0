import type { FieldShape } from "../client/plan.ts";
import type { Enum, Field, Message } from "./names.ts";

/** Messages that ProtoJSON writes in a form of their own. */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ["google.protobuf.Timestamp", "string"],
  ["google.protobuf.Duration", "string"],
  ["google.protobuf.FieldMask", "string"],
  ["google.protobuf.Struct", "Readonly<Record<string, unknown>>"],
  ["google.protobuf.Value", "unknown"],
  ["google.protobuf.ListValue", "readonly unknown[]"],
  ["google.protobuf.Any", 'Readonly<{ "@type": string; [name: string]: unknown }>'],
  ["google.protobuf.Empty", "Readonly<Record<string, never>>"],
  ["google.protobuf.BoolValue", "boolean"],
  ["google.protobuf.StringValue", "string"],
  ["google.protobuf.BytesValue", "string"],
  ["google.protobuf.Int64Value", "bigint"],
  ["google.protobuf.UInt64Value", "bigint"],
  ["google.protobuf.Int32Value", "number"],
  ["google.protobuf.UInt32Value", "number"],
  ["google.protobuf.FloatValue", "number"],
  ["google.protobuf.DoubleValue", "number"],
]);

// The numbers of the scalar types in descriptor.proto.
const WIDE: ReadonlySet<number> = new Set([3, 4, 6, 16, 18]);
const BOOL = 8;
const TEXT: ReadonlySet<number> = new Set([9, 12]);
const IMPLICIT = 2;

export function isWellKnown(desc: Message): boolean {
  return WELL_KNOWN.has(desc.typeName);
}

/** The messages and enums that a field holds. */
export function typesOf(field: Field): { readonly message?: Message; readonly enum?: Enum } {
  const { message } = field;
  const own = message === undefined || isWellKnown(message) ? {} : { message };
  return field.enum === undefined ? own : { ...own, enum: field.enum };
}

/** Whether an answer always holds the field: without presence it is written even where it is zero. */
export function isAlwaysThere(field: Field): boolean {
  return field.fieldKind === "list" || field.fieldKind === "map" || field.presence === IMPLICIT;
}

export function fieldType(field: Field, nameOf: (desc: Message | Enum) => string): string {
  const one = singleType(field, nameOf);
  if (field.fieldKind === "list") return `readonly ${/[ |]/.test(one) ? `(${one})` : one}[]`;
  return field.fieldKind === "map" ? `Readonly<Record<string, ${one}>>` : one;
}

function singleType(field: Field, nameOf: (desc: Message | Enum) => string): string {
  if (field.message !== undefined) return WELL_KNOWN.get(field.message.typeName) ?? nameOf(field.message);
  if (field.enum !== undefined) return nameOf(field.enum);
  const { scalar } = field;
  if (scalar === undefined) throw new Error(`${field} has no type`);
  if (WIDE.has(scalar)) return "bigint";
  if (scalar === BOOL) return "boolean";
  return TEXT.has(scalar) ? "string" : "number";
}

/** What JSON cannot hold of a field; undefined where it can hold it as it is. */
export function fieldShape(field: Field): FieldShape | undefined {
  const of = shapeName(field);
  if (of === undefined) return undefined;
  return field.fieldKind === "map" ? { of, map: true } : { of };
}

function shapeName(field: Field): string | undefined {
  if (field.enum !== undefined) return "word";
  if (field.message !== undefined) {
    if (field.message.typeName === "google.protobuf.Any") return "any";
    const known = WELL_KNOWN.get(field.message.typeName);
    if (known === "bigint") return "int";
    return known === undefined ? field.message.typeName : undefined;
  }
  return field.scalar !== undefined && WIDE.has(field.scalar) ? "int" : undefined;
}
