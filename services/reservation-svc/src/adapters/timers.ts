import type { Logger } from "@staymesh/service-kit";

export interface Timer {
  readonly name: string;
  readonly everyMs: number;
  /** True where there may be more to do at once. */
  readonly work: () => Promise<unknown>;
}

/** Work at intervals, never twice at the same time. A failure is told and the next turn tries again. */
export function startTimers(timers: readonly Timer[], log: Logger): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const loops = timers.map((timer) => loop(timer, stopping.signal, log));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function loop({ name, everyMs, work }: Timer, signal: AbortSignal, log: Logger): Promise<void> {
  let failed = false;
  while (!signal.aborted) {
    let more = false;
    try {
      more = (await work()) === true;
      failed = false;
    } catch (err) {
      // Once for a row of failures, or a database that is away would fill the log.
      if (!failed) log.error({ err, timer: name }, "work at intervals failed; it is tried again");
      failed = true;
    }
    if (!more) await pause(everyMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
