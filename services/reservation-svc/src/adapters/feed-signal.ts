import type { FeedSignal, FeedStore, Touched } from "../app/ports.ts";

const EVENTS_AT_ONCE = 1000;
const RECENT_MAX = 10_000;

export interface RunningFeedSignal extends FeedSignal {
  /** Looks at what is new, wakes whom it concerns, and tells what it was; true where there may be more. */
  readonly poll: () => Promise<{ readonly touched: readonly Touched[]; readonly more: boolean }>;
}

/** One look at the feed for everybody who waits: each is woken by events of its own property only. */
export function feedSignal(
  store: Pick<FeedStore, "touched" | "positionBefore">,
  since: { readonly seconds: number },
): RunningFeedSignal {
  let head: bigint | undefined;
  // Below this position the poller does not remember which property had which event.
  let floor = 0n;
  const recent = new Map<string, bigint>();
  const waiting = new Map<string, Set<() => void>>();
  const keyOf = (partner: string, property: string) => `${partner}\n${property}`;

  const note = ({ partner, property, position }: Touched): void => {
    const key = keyOf(partner, property);
    recent.delete(key);
    recent.set(key, position);
    const eldest = recent.entries().next();
    if (recent.size > RECENT_MAX && eldest.done !== true) {
      recent.delete(eldest.value[0]);
      floor = eldest.value[1];
    }
    for (const wake of waiting.get(key) ?? []) wake();
  };

  return {
    head: () => head ?? 0n,
    poll: async () => {
      if (head === undefined) {
        head = await store.positionBefore(since.seconds);
        floor = head;
      }
      const touched = await store.touched(head, EVENTS_AT_ONCE);
      for (const event of touched) note(event);
      head = touched.at(-1)?.position ?? head;
      return { touched, more: touched.length === EVENTS_AT_ONCE };
    },
    wait: (partner, property, after, signal) => {
      const key = keyOf(partner, property);
      if (head === undefined || after < floor || (recent.get(key) ?? 0n) > after) {
        return soon(signal);
      }
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wakers = waiting.get(key) ?? new Set();
        waiting.set(key, wakers);
        const wake = () => {
          wakers.delete(wake);
          if (wakers.size === 0) waiting.delete(key);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        wakers.add(wake);
        signal.addEventListener("abort", wake);
      });
    },
  };
}

/** Where the poller cannot say, the caller looks by itself, but not without a pause. */
function soon(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, 100);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}
