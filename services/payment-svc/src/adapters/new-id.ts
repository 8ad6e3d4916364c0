import { randomFillSync } from "node:crypto";

const random = Buffer.alloc(10 * 256);
let used = random.length;
let last = 0;
let count = 0;

/** A UUIDv7: newer ids sort after older ones, within a process also in the same millisecond. */
export function newId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const bytes = Buffer.alloc(16);
  random.copy(bytes, 6, used, used + 10);
  used += 10;
  const now = Math.max(Date.now(), last);
  count = now === last ? count + 1 : 0;
  // The counter has twelve bits; when they are used up the next millisecond is borrowed.
  last = count > 0xfff ? now + 1 : now;
  if (count > 0xfff) count = 0;
  bytes.writeUIntBE(last, 0, 6);
  bytes.writeUInt16BE(0x7000 | count, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
