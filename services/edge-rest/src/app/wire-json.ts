import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { isWrapper } from "@staymesh/contract";
import { type JsonBytes, putByte, putBytes, writeJson } from "./json-bytes.ts";
import { DELIMITED, NOT_PLAIN, readEnd, readTag, skip, type Wire, wireOf } from "./wire.ts";
import { enumValue, scalarValue, specialValue, type ValueWriter, wireTypeOf, zeroOf } from "./wire-values.ts";

/** Writes the JSON of a message from its bytes at once; undefined where it holds something that only the slow way can do. */
export type WireTranslator = (bytes: Buffer) => Buffer | undefined;

/** Gives the same bytes as reading the message, making JSON of it and writing that, without making objects in between. */
export function wireTranslator(desc: DescMessage): WireTranslator {
  const write = messageWriter(desc);
  return (bytes) => {
    try {
      return writeJson((out) => write(wireOf(bytes), out, bytes.length, 0));
    } catch (problem) {
      if (problem === NOT_PLAIN) return undefined;
      throw problem;
    }
  };
}

/** Reads from where the wire stands up to `end`. */
type MessageWriter = (wire: Wire, out: JsonBytes, end: number, depth: number) => void;

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** `,"name":` */
  readonly key: Buffer;
  /** What stands for it where it is absent; undefined where nothing does. */
  readonly absent: Buffer | undefined;
  readonly isList: boolean;
  /** A list of numbers, which may come one by one or packed together. */
  readonly isPackable: boolean;
  readonly oneof: readonly number[];
  readonly write: ValueWriter;
}

const LEGACY_REQUIRED = 3;
const DEPTH_MAX = 50;
const NUMBER_MAX = 4096;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, COMMA] = [0x7b, 0x7d, 0x5b, 0x5d, 0x2c];
const writers = new WeakMap<DescMessage, MessageWriter>();

function messageWriter(desc: DescMessage): MessageWriter {
  const known = writers.get(desc);
  if (known !== undefined) return known;
  let compiled: MessageWriter | undefined;
  const writer: MessageWriter = (wire, out, end, depth) => {
    if (compiled === undefined || depth > DEPTH_MAX) throw NOT_PLAIN;
    compiled(wire, out, end, depth);
  };
  // A type may contain itself, so that it is known before its fields are looked at.
  writers.set(desc, writer);
  compiled = specialValue(desc) ?? plainWriter(desc);
  return writer;
}

function plainWriter(desc: DescMessage): MessageWriter | undefined {
  const sorted = desc.fields.toSorted((one, other) => one.number - other.number);
  const isPlain =
    !isOwnForm(desc) &&
    desc.proto.extensionRange.length === 0 &&
    sorted.every((field) => field.presence !== LEGACY_REQUIRED && !field.jsonName.startsWith("__"));
  if (!isPlain || (sorted.at(-1)?.number ?? 0) > NUMBER_MAX) return undefined;
  const fields = sorted.map((field) => compileField(field, sorted));
  const indexes = new Array<number>((sorted.at(-1)?.number ?? 0) + 1).fill(-1);
  for (const [index, { number }] of sorted.entries()) indexes[number] = index;
  const nowhere = fields.map(() => -1);
  return (wire, out, end, depth) => {
    const places = nowhere.slice();
    locate(wire, end, fields, indexes, places);
    const start = out.length;
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index];
      const place = places[index] ?? -1;
      if (field === undefined) continue;
      if (place >= 0) {
        putBytes(out, field.key);
        wire.at = place;
        if (field.isList) writeList(field, wire, out, end, depth);
        else field.write(wire, out, end, depth);
      } else if (field.absent !== undefined) {
        putBytes(out, field.absent);
      }
    }
    // Each key brings its comma, and the first one's place is that of the brace.
    if (out.length === start) putByte(out, OPEN_OBJECT);
    else out.bytes[start] = OPEN_OBJECT;
    putByte(out, CLOSE_OBJECT);
    wire.at = end;
  };
}

/** Where each field stands: behind its tag, of a list at its first tag. */
function locate(wire: Wire, end: number, fields: readonly Field[], indexes: readonly number[], places: number[]): void {
  while (wire.at < end) {
    const start = wire.at;
    const tag = readTag(wire);
    const wireType = tag & 7;
    const index = indexes[tag >>> 3] ?? -1;
    const field = fields[index];
    if (tag >>> 3 === 0) throw NOT_PLAIN;
    if (field !== undefined) {
      const isPacked = field.isPackable && wireType === DELIMITED;
      if (wireType !== field.wireType && !isPacked) throw NOT_PLAIN;
      const before = places[index] ?? -1;
      // Two halves of one message would have to be merged, of a value and of a oneof the last one counts, and all have to be sound.
      if (before >= 0 && !field.isList) throw NOT_PLAIN;
      for (const other of field.oneof) if ((places[other] ?? -1) >= 0) throw NOT_PLAIN;
      if (!field.isList) places[index] = wire.at;
      else if (before < 0) places[index] = start;
    }
    skip(wire, wireType, end);
  }
}

function writeList(field: Field, wire: Wire, out: JsonBytes, end: number, depth: number): void {
  const start = out.length;
  while (wire.at < end) {
    const tag = readTag(wire);
    if (tag >>> 3 !== field.number) {
      skip(wire, tag & 7, end);
    } else if ((tag & 7) === field.wireType) {
      putByte(out, COMMA);
      field.write(wire, out, end, depth);
    } else {
      const last = readEnd(wire, end);
      while (wire.at < last) {
        putByte(out, COMMA);
        field.write(wire, out, last, depth);
      }
      if (wire.at > last) throw NOT_PLAIN;
    }
  }
  if (out.length === start) putByte(out, OPEN_LIST);
  else out.bytes[start] = OPEN_LIST;
  putByte(out, CLOSE_LIST);
}

function compileField(field: DescField, all: readonly DescField[]): Field {
  const isList = field.fieldKind === "list";
  const isMessage = field.message !== undefined;
  const key = `,${JSON.stringify(field.jsonName)}:`;
  const zero = zeroOf(field);
  const siblings = field.oneof?.fields.filter((other) => other !== field) ?? [];
  return {
    number: field.number,
    wireType: wireTypeOf(field),
    key: Buffer.from(key),
    absent: zero === undefined ? undefined : Buffer.from(`${key}${zero}`),
    isList,
    isPackable: isList && !isMessage && wireTypeOf(field) !== DELIMITED,
    oneof: siblings.map((other) => all.indexOf(other)),
    write: valueWriter(field),
  };
}

function valueWriter(field: DescField): ValueWriter {
  if (field.fieldKind === "map") return notPlain;
  if (field.message !== undefined) {
    if (field.delimitedEncoding) return notPlain;
    const write = messageWriter(field.message);
    return (wire, out, end, depth) => {
      const last = readEnd(wire, end);
      write(wire, out, last, depth + 1);
      wire.at = last;
    };
  }
  return field.enum === undefined
    ? scalarValue(field.scalar)
    : isPlainEnum(field.enum)
      ? enumValue(field.enum)
      : notPlain;
}

const notPlain: ValueWriter = () => {
  throw NOT_PLAIN;
};

function isPlainEnum({ open, typeName }: DescEnum): boolean {
  return open && typeName !== "google.protobuf.NullValue";
}

/** Types that ProtoJSON writes in a form of their own. */
function isOwnForm(desc: DescMessage): boolean {
  return (
    isWrapper(desc) ||
    /^google\.protobuf\.(Any|Struct|Value|ListValue|FieldMask|Timestamp|Duration)$/.test(desc.typeName)
  );
}
