import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, stat, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** An append-only file of lines; what was appended is on the disk before the promise settles. */
export interface Journal {
  append(line: string): Promise<void>;
  /** Settles once everything appended so far is on the disk. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const fileIn = (folder: string): string => join(folder, "book.jsonl");

/** Hands every line to `take`, oldest first, and cuts off a last line that a crash left unfinished; gives the size. */
export async function readJournal(folder: string, take: (line: string) => void): Promise<number> {
  await mkdir(folder, { recursive: true });
  const file = fileIn(folder);
  const size = await sizeOf(file);
  if (size === 0) return 0;
  const whole = await wholeLines(file, size);
  if (whole < size) await truncate(file, whole);
  if (whole === 0) return 0;
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    try {
      take(line);
    } catch (error) {
      throw new Error(`${file} is damaged at line ${number}; the bank does not guess what stood there.`, {
        cause: error,
      });
    }
  }
  return whole;
}

/** Writes the lines into a new file that takes the place of the old one at once, or not at all. */
export async function rewriteJournal(folder: string, lines: Iterable<string>): Promise<void> {
  const half = `${fileIn(folder)}.new`;
  const handle = await open(half, "w");
  try {
    let chunk = "";
    for (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < 1 << 20) continue;
      await handle.appendFile(chunk);
      chunk = "";
    }
    await handle.appendFile(chunk);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(half, fileIn(folder));
  await syncFolder(folder);
}

/** Opens the file for appending. `onFailure` hears of a write that failed: nothing can be promised after it. */
export async function openJournal(folder: string, onFailure: (error: unknown) => void): Promise<Journal> {
  const handle = await open(fileIn(folder), "a");
  await syncFolder(folder);
  let waiting: string[] = [];
  let next = Promise.withResolvers<void>();
  let last: Promise<void> = Promise.resolve();
  let busy = false;

  // One write and one sync for everything that came in while the one before was under way.
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting;
      const done = next;
      waiting = [];
      next = Promise.withResolvers<void>();
      await handle.appendFile(lines.join(""));
      await handle.datasync();
      done.resolve();
    }
    busy = false;
  };

  return {
    append(line) {
      waiting.push(`${line}\n`);
      last = next.promise;
      if (!busy) {
        busy = true;
        setImmediate(() => flush().catch(onFailure));
      }
      return last;
    },
    settled: () => last,
    async close() {
      await last;
      await handle.close();
    },
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

// How many bytes end with a newline, found from the end.
async function wholeLines(file: string, size: number): Promise<number> {
  const handle = await open(file, "r");
  try {
    return await lastNewline(handle, size);
  } finally {
    await handle.close();
  }
}

async function lastNewline(handle: FileHandle, size: number): Promise<number> {
  const block = Buffer.alloc(65_536);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

async function syncFolder(folder: string): Promise<void> {
  for (const path of [folder, dirname(folder)]) {
    const handle = await open(path, "r");
    await handle.sync().finally(() => handle.close());
  }
}
