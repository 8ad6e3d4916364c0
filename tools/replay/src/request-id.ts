import { createHash } from "node:crypto";

/**
 * A UUID (version 8: made by a rule of our own) that is the same for the same parts. A replay that is started again with the same suffix
 * sends the same ids, so that nothing happens twice.
 */
export function requestIdOf(...parts: readonly (string | number)[]): string {
  const bytes = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
