/** A message in protobuf's wire format that is being read. */
export interface Wire {
  readonly bytes: Buffer;
  at: number;
  /** The last varint, in two halves of 32 bits. */
  low: number;
  high: number;
}

/** Thrown where bytes are not what the fast way can read; the slow way says whether they are wrong. */
export const NOT_PLAIN = new Error("the bytes are not plain");

export const VARINT = 0;
export const FIXED64 = 1;
export const DELIMITED = 2;
export const FIXED32 = 5;
const START_GROUP = 3;
const END_GROUP = 4;

export function wireOf(bytes: Buffer): Wire {
  return { bytes, at: 0, low: 0, high: 0 };
}

/** Reads a varint of up to ten bytes into `low` and `high`; gives `low`, signed. */
export function readVarint(wire: Wire): number {
  const { bytes } = wire;
  let byte = bytes[wire.at++] ?? 0x80;
  let low = byte & 0x7f;
  let high = 0;
  let shift = 7;
  while (byte >= 0x80) {
    if (shift > 63 || wire.at >= bytes.length) throw NOT_PLAIN;
    byte = bytes[wire.at++] ?? 0;
    const bits = byte & 0x7f;
    if (shift < 32) low |= bits << shift;
    if (shift === 28) high = bits >>> 4;
    else if (shift > 28) high |= bits << (shift - 32);
    shift += 7;
  }
  wire.low = low;
  wire.high = high | 0;
  return low;
}

/** Reads a tag: the number of a field in front of three bits of wire type. */
export function readTag(wire: Wire): number {
  const tag = readVarint(wire);
  if (wire.high !== 0) throw NOT_PLAIN;
  return tag;
}

/** Reads a length; gives where what it measures ends, which lies within `end`. */
export function readEnd(wire: Wire, end: number): number {
  const length = readVarint(wire);
  if (length < 0 || wire.high !== 0 || length > end - wire.at) throw NOT_PLAIN;
  return wire.at + length;
}

export function skip(wire: Wire, wireType: number, end: number): void {
  switch (wireType) {
    case VARINT:
      readVarint(wire);
      break;
    case FIXED64:
      wire.at += 8;
      break;
    case DELIMITED:
      wire.at = readEnd(wire, end);
      break;
    case FIXED32:
      wire.at += 4;
      break;
    default:
      throw NOT_PLAIN;
  }
  if (wire.at > end) throw NOT_PLAIN;
}

/** The text of a top-level field in a message that is known to be sound; the last one where it stands several times, "" where it does not. */
export function readText(bytes: Buffer, number: number): string {
  const wire = wireOf(bytes);
  const wanted = (number << 3) | DELIMITED;
  let text = "";
  while (wire.at < bytes.length) {
    const tag = readTag(wire);
    const start = wire.at;
    if ((tag & 7) === START_GROUP) skipGroup(wire, bytes.length);
    else skip(wire, tag & 7, bytes.length);
    if (tag !== wanted) continue;
    const end = wire.at;
    wire.at = start;
    readVarint(wire);
    text = bytes.toString("utf8", wire.at, end);
    wire.at = end;
  }
  return text;
}

/** A group, which only the slow way can read, may stand in a sound message all the same; it may hold others. */
function skipGroup(wire: Wire, end: number): void {
  for (let depth = 1; depth > 0; ) {
    const wireType = readTag(wire) & 7;
    if (wireType === START_GROUP) depth += 1;
    else if (wireType === END_GROUP) depth -= 1;
    else skip(wire, wireType, end);
  }
}
