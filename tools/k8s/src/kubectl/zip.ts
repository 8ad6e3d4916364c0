import { open } from "node:fs/promises";
import { promisify } from "node:util";
import { inflateRaw } from "node:zlib";

const inflate = promisify(inflateRaw);

const END_BYTES = 22;
const END_MARK = 0x06054b50;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;

/** Reads one file out of a zip archive; enough of the format for archives below 4 GB. */
export async function readZipEntry(file: string, name: string): Promise<Buffer> {
  await using archive = await open(file);
  const read = async (position: number, length: number): Promise<Buffer> => {
    const { buffer } = await archive.read({ buffer: Buffer.alloc(length), position, length });
    return buffer;
  };
  const { size } = await archive.stat();
  // The end record stands last, before a comment of at most 64 KiB.
  const tail = await read(Math.max(0, size - END_BYTES - 65_535), Math.min(size, END_BYTES + 65_535));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.readUInt32LE(end) !== END_MARK) throw new Error(`${file} is no zip archive`);
  const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));

  for (let at = 0; at < directory.length; ) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
    if (nameBytes === undefined || extraBytes === undefined || commentBytes === undefined) break;
    const entryName = directory.toString("utf8", at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes);
    if (entryName === name) {
      const [method, packedBytes] = [directory.readUInt16LE(at + 10), directory.readUInt32LE(at + 20)];
      const start = directory.readUInt32LE(at + 42);
      const local = await read(start, LOCAL_BYTES);
      const data = await read(start + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28), packedBytes);
      return method === DEFLATED ? inflate(data) : data;
    }
    at += ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  }
  throw new Error(`${file} has no ${name}`);
}
