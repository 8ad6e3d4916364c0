/** One message of a stream of Connect or gRPC-Web: a byte of flags, its length in four bytes, and the message. */
export interface Envelope {
  readonly isCompressed: boolean;
  readonly data: Buffer;
}

const PREFIX = 5;
const COMPRESSED = 1;

/** Takes a body apart, as far as what it says of its lengths is true. */
export function readEnvelopes(bytes: Buffer): readonly Envelope[] {
  const envelopes: Envelope[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < PREFIX) break;
    const flags = bytes.readUInt8(at);
    const start = at + PREFIX;
    const end = start + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) break;
    envelopes.push({ isCompressed: (flags & COMPRESSED) !== 0, data: bytes.subarray(start, end) });
    at = end;
  }
  return envelopes;
}
