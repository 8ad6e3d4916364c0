import { setTimeout as delay } from "node:timers/promises";

export interface Startable {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Supervised {
  readonly name: string;
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface SupervisorEvents {
  died(name: string, how: string, againInMs: number): void;
  restarted(name: string): void;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
// Who has lived this long is thought healthy, and a later death begins with the shortest pause again.
const healthyAfterMs = 30_000;

// Starts something and, whenever it dies, starts it again, with longer and longer pauses, until it is stopped. The first start
// is not repeated: what cannot start at all is told to the person at once.
export async function supervise(
  name: string,
  start: () => Promise<Startable>,
  events: SupervisorEvents,
): Promise<Supervised> {
  const stopping = new AbortController();
  let current: Startable | undefined = await start();
  let pauseMs = firstPauseMs;

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const bornAt = Date.now();
      const how = current === undefined ? "it could not be started" : await current.exited;
      if (stopping.signal.aborted) return;
      pauseMs = Date.now() - bornAt > healthyAfterMs ? firstPauseMs : pauseMs;
      events.died(name, how, pauseMs);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (stopping.signal.aborted) return;
      current = await start().catch(() => undefined);
      if (current !== undefined && !stopping.signal.aborted) events.restarted(name);
    }
  };
  const watching = watch();

  return {
    name,
    pid: () => current?.pid,
    stop: async () => {
      stopping.abort();
      await current?.stop();
      // A start that was under way is waited for, so that it is stopped as well.
      await watching;
      await current?.stop();
    },
  };
}
