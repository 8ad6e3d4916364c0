import type { Logger } from "@staymesh/service-kit";
import type { JobQueue, WorkStore } from "./ports.ts";

const EVERY_MS = 1000;
const AGAIN_AFTER_MS = 2500;
const BATCH = 200;
const ANSWERS_KEPT_MS = 30 * 24 * 3_600_000;

export interface SweepParts {
  readonly work: WorkStore;
  readonly queue: JobQueue;
  readonly log: Logger;
}

/** Wakes workers for reports that wait with nobody at work on them: what a queue forgot, what a dead worker left. */
export async function sweep({ work, queue }: SweepParts): Promise<number> {
  const ids = await work.due(BATCH, AGAIN_AFTER_MS);
  if (ids.length > 0) await queue.put(ids);
  await work.forgetAnswers(ANSWERS_KEPT_MS, BATCH);
  return ids.length;
}

/** Sweeps every second until it is stopped; several sweepers share the work. */
export function keepSweeping(parts: SweepParts): { readonly stop: () => Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let healthy = true;
  const once = async () => {
    try {
      await sweep(parts);
      healthy = true;
    } catch (err) {
      // Said once for each outage, not once a second.
      if (healthy) parts.log.warn({ err }, "the sweep for waiting reports failed and goes on");
      healthy = false;
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = once();
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
