import { isUtf8 } from "node:buffer";

/** JSON that is being written, as bytes. */
export interface JsonBytes {
  bytes: Buffer;
  length: number;
}

const FIRST_SIZE = 16 * 1024;
const KEPT_SIZE = 1024 * 1024;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ZERO = 0x30;
const MINUS = 0x2d;

let spare: Buffer | undefined;

/** Calls the writer with room that is used again and again, and copies what was written; the writer must not wait for anything. */
export function writeJson(write: (out: JsonBytes) => void): Buffer {
  const out: JsonBytes = { bytes: spare ?? Buffer.allocUnsafe(FIRST_SIZE), length: 0 };
  spare = undefined;
  try {
    write(out);
    return Buffer.from(out.bytes.subarray(0, out.length));
  } finally {
    if (out.bytes.length <= KEPT_SIZE) spare = out.bytes;
  }
}

export function putByte(out: JsonBytes, byte: number): void {
  reserve(out, 1);
  out.bytes[out.length++] = byte;
}

export function putBytes(out: JsonBytes, from: Uint8Array): void {
  reserve(out, from.length);
  const { bytes } = out;
  let at = out.length;
  // A loop, since what is put is short and a call of the platform's costs more.
  for (let index = 0; index < from.length; index++) bytes[at++] = from[index] ?? 0;
  out.length = at;
}

export function putAscii(out: JsonBytes, text: string): void {
  reserve(out, text.length);
  for (let index = 0; index < text.length; index++) out.bytes[out.length++] = text.charCodeAt(index);
}

export function putInteger(out: JsonBytes, value: number): void {
  if (value < 0 || value > 0x7fff_ffff) {
    putAscii(out, String(value));
    return;
  }
  let digits = 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
  reserve(out, digits);
  let rest = value;
  for (let at = out.length + digits - 1; at >= out.length; at--) {
    const tenth = (rest / 10) | 0;
    out.bytes[at] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  out.length += digits;
}

/** A 64-bit integer, which JSON holds in quotes. */
export function putLong(out: JsonBytes, low: number, high: number, isSigned: boolean): void {
  putByte(out, QUOTE);
  if (high === 0 || (high === -1 && isSigned && low < 0)) {
    // One word holds it; a negative one stands in two's complement in both.
    if (high === 0) {
      putInteger(out, low >>> 0);
    } else {
      putByte(out, MINUS);
      putInteger(out, -low);
    }
  } else {
    const value = (BigInt(isSigned ? high | 0 : high >>> 0) << 32n) | BigInt(low >>> 0);
    putAscii(out, String(value));
  }
  putByte(out, QUOTE);
}

/** Text that is UTF-8 already, quoted; false where it is no UTF-8, and what was put is to be thrown away. */
export function putQuoted(out: JsonBytes, from: Buffer, start: number, end: number): boolean {
  reserve(out, end - start + 2);
  const { bytes } = out;
  let at = out.length;
  let all = 0;
  bytes[at++] = QUOTE;
  for (let index = start; index < end; index++) {
    const byte = from[index] ?? 0;
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return putEscaped(out, from.subarray(start, end));
    all |= byte;
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  out.length = at;
  return all < 0x80 || isUtf8(from.subarray(start, end));
}

function putEscaped(out: JsonBytes, text: Buffer): boolean {
  if (!isUtf8(text)) return false;
  putBytes(out, Buffer.from(JSON.stringify(text.toString("utf8"))));
  return true;
}

function reserve(out: JsonBytes, more: number): void {
  if (out.length + more <= out.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(2 * out.bytes.length, out.length + more));
  out.bytes.copy(larger, 0, 0, out.length);
  out.bytes = larger;
}
