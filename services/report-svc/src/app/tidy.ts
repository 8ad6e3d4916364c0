import type { Logger } from "@staymesh/service-kit";
import type { BlobStore, WorkStore } from "./ports.ts";

export interface TidyParts {
  readonly work: WorkStore;
  readonly blobs: BlobStore;
  readonly log: Logger;
}

const EVERY_MS = 3_600_000;
const OLD_MS = 3_600_000;
const BATCH = 100;

/** Removes documents that no report has: what a worker wrote just before it was killed. A document may tell of a guest, so none may linger. */
export async function tidy({ work, blobs }: TidyParts): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const clear = async () => {
    for (const key of await work.unclaimed(keys)) {
      await blobs.remove(key);
      removed += 1;
    }
    keys = [];
  };
  for await (const key of blobs.old(OLD_MS)) {
    keys.push(key);
    if (keys.length >= BATCH) await clear();
  }
  if (keys.length > 0) await clear();
  return removed;
}

/** Tidies up every hour until it is stopped. */
export function keepTidying(parts: TidyParts): { readonly stop: () => Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const once = async () => {
    try {
      const removed = await tidy(parts);
      if (removed > 0) parts.log.info({ removed }, "documents that no report has were removed");
    } catch (err) {
      parts.log.warn({ err }, "tidying up failed and is tried again in an hour");
    }
  };
  const timer = setInterval(() => {
    running = running.then(once);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
