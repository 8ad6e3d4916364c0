import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { BlobStore } from "../app/ports.ts";

const PIECE_BYTES = 128 * 1024;
const keyPattern = /^[0-9a-z-]{8,100}$/;

/** Documents as files below a folder. A file appears under its name only once it is whole and on the disk. */
export function folderBlobs(folder: string, now: () => number = Date.now): BlobStore {
  // Keys are made by this service from ids; the last characters of an id are its random ones, and spread files over 256 folders.
  const pathOf = (key: string) => {
    if (!keyPattern.test(key)) throw new Error("the key of a document is malformed");
    return join(folder, key.slice(-2), key);
  };
  return {
    async put(key, bytes) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      const half = `${path}.${randomBytes(4).toString("hex")}.part`;
      try {
        const file = await open(half, "wx", 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(half, path);
      } catch (error) {
        await rm(half, { force: true });
        throw error;
      }
    },

    async open(key) {
      try {
        const file = await open(pathOf(key), "r");
        return file.createReadStream({ highWaterMark: PIECE_BYTES });
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },

    remove: (key) => rm(pathOf(key), { force: true }),

    async *old(olderThanMs) {
      const before = now() - olderThanMs;
      for (const shelf of await readdir(folder).catch(() => [])) {
        for (const name of await readdir(join(folder, shelf)).catch(() => [])) {
          const path = join(folder, shelf, name);
          const written = (await stat(path).catch(() => undefined))?.mtimeMs;
          if (written === undefined || written >= before) continue;
          if (name.endsWith(".part")) await rm(path, { force: true });
          else if (keyPattern.test(name)) yield name;
        }
      }
    },
  };
}
