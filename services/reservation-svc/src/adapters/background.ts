import type { Logger } from "@staymesh/service-kit";
import type { Background } from "../app/ports.ts";

export interface RunningBackground extends Background {
  /** Takes nothing more, and waits for what is at work. */
  readonly drain: () => Promise<void>;
}

/** Work that nobody waits for: so many at once, so many waiting, and no more. */
export function openBackground(atOnce: number, waitingMax: number, log: Logger): RunningBackground {
  const waiting: (() => Promise<void>)[] = [];
  const working = new Set<Promise<void>>();
  let open = true;

  const start = (work: () => Promise<void>): void => {
    const run = work()
      .catch((err: unknown) => log.error({ err }, "work in the background failed"))
      .then(() => {
        working.delete(run);
        const next = open ? waiting.shift() : undefined;
        if (next !== undefined) start(next);
      });
    working.add(run);
  };

  return {
    run: (work) => {
      if (!open) return false;
      if (working.size < atOnce) start(work);
      else if (waiting.length < waitingMax) waiting.push(work);
      else return false;
      return true;
    },
    room: () => (open ? Math.max(0, atOnce - working.size) : 0),
    drain: async () => {
      open = false;
      waiting.length = 0;
      await Promise.all(working);
    },
  };
}
