import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { type JsonBytes, putAscii, putByte, putBytes, putInteger, putLong, putQuoted } from "./json-bytes.ts";
import { DELIMITED, FIXED32, FIXED64, NOT_PLAIN, readEnd, readTag, readVarint, VARINT, type Wire } from "./wire.ts";

/** Writes the value at which the wire stands, and leaves the wire behind it. */
export type ValueWriter = (wire: Wire, out: JsonBytes, end: number, depth: number) => void;

const IMPLICIT = 2;
const QUOTE = 0x22;
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const SECONDS_MIN = -62_135_596_800;
const SECONDS_MAX = 253_402_300_799;
const DURATION_MAX = 315_576_000_000;
const NANOS_MAX = 999_999_999;

export function wireTypeOf(field: DescField): number {
  if (field.fieldKind === "map" || field.message !== undefined) return DELIMITED;
  if (field.enum !== undefined) return VARINT;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return DELIMITED;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return FIXED64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return FIXED32;
    default:
      return VARINT;
  }
}

export function scalarValue(scalar: ScalarType | undefined): ValueWriter {
  switch (scalar) {
    case ScalarType.STRING:
      return (wire, out, end) => {
        const last = readEnd(wire, end);
        if (!putQuoted(out, wire.bytes, wire.at, last)) throw NOT_PLAIN;
        wire.at = last;
      };
    case ScalarType.BYTES:
      return (wire, out, end) => {
        const last = readEnd(wire, end);
        putAscii(out, `"${wire.bytes.toString("base64", wire.at, last)}"`);
        wire.at = last;
      };
    case ScalarType.BOOL:
      return (wire, out) => {
        readVarint(wire);
        putBytes(out, (wire.low | wire.high) === 0 ? FALSE : TRUE);
      };
    case ScalarType.INT32:
      return (wire, out) => putInteger(out, readVarint(wire));
    case ScalarType.UINT32:
      return (wire, out) => putInteger(out, readVarint(wire) >>> 0);
    case ScalarType.INT64:
      return (wire, out) => {
        readVarint(wire);
        putLong(out, wire.low, wire.high, true);
      };
    case ScalarType.UINT64:
      return (wire, out) => {
        readVarint(wire);
        putLong(out, wire.low, wire.high, false);
      };
    case ScalarType.DOUBLE:
      return (wire, out, end) => {
        if (wire.at + 8 > end) throw NOT_PLAIN;
        putNumber(out, wire.bytes.readDoubleLE(wire.at));
        wire.at += 8;
      };
    case ScalarType.FLOAT:
      return (wire, out, end) => {
        if (wire.at + 4 > end) throw NOT_PLAIN;
        putNumber(out, wire.bytes.readFloatLE(wire.at));
        wire.at += 4;
      };
    default:
      // The others are rare enough for the slow way.
      return () => {
        throw NOT_PLAIN;
      };
  }
}

function putNumber(out: JsonBytes, value: number): void {
  putAscii(out, Number.isFinite(value) ? String(value) : `"${value}"`);
}

export function enumValue(desc: DescEnum): ValueWriter {
  const names = new Map<number, Buffer>();
  for (const { number } of desc.values) {
    const name = desc.value[number]?.jsonName;
    if (name !== undefined) names.set(number, Buffer.from(JSON.stringify(name)));
  }
  return (wire, out) => {
    const number = readVarint(wire);
    const name = names.get(number);
    // What a newer service says is passed on as the number that it is.
    if (name === undefined) putInteger(out, number);
    else putBytes(out, name);
  };
}

/** Messages with a form of their own in JSON that are common enough to be written here. */
export function specialValue({ typeName }: DescMessage): ValueWriter | undefined {
  switch (typeName) {
    case "google.protobuf.Timestamp":
      return (wire, out, end) => {
        const { seconds, nanos } = readParts(wire, end);
        if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX) throw NOT_PLAIN;
        const whole = new Date(seconds * 1000).toISOString().slice(0, -5);
        putAscii(out, `"${whole}${nanos === 0 ? "" : fraction(nanos)}Z"`);
      };
    case "google.protobuf.Duration":
      return (wire, out, end) => {
        const { seconds, nanos } = readParts(wire, end);
        if (Math.abs(seconds) > DURATION_MAX || nanos !== 0) throw NOT_PLAIN;
        putByte(out, QUOTE);
        putAscii(out, `${seconds}s"`);
      };
    default:
      return undefined;
  }
}

/** Both types have the same two fields. */
function readParts(wire: Wire, end: number): { readonly seconds: number; readonly nanos: number } {
  let seconds = 0;
  let nanos = 0;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag === 0x08) {
      readVarint(wire);
      seconds = wire.high * 2 ** 32 + (wire.low >>> 0);
    } else if (tag === 0x10) {
      nanos = readVarint(wire);
    } else {
      throw NOT_PLAIN;
    }
  }
  if (wire.at > end) throw NOT_PLAIN;
  return { seconds, nanos };
}

/** Of a second, in three, six or nine digits. */
function fraction(nanos: number): string {
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.endsWith("000000") ? digits.slice(0, 3) : digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}

/** What JSON has for a field that is absent; undefined where it has nothing. */
export function zeroOf(field: DescField): string | undefined {
  if (field.fieldKind === "list") return "[]";
  if (field.fieldKind === "map") return "{}";
  if (field.oneof !== undefined || field.presence !== IMPLICIT || field.message !== undefined) return undefined;
  if (field.enum?.typeName === "google.protobuf.NullValue") return "null";
  if (field.enum !== undefined) return JSON.stringify(field.enum.values[0]?.jsonName ?? 0);
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return '""';
    case ScalarType.BOOL:
      return "false";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return '"0"';
    default:
      return "0";
  }
}
