import type { Clock } from "../../src/adapters/http2/clock.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves it and calls whatever falls due, in order. */
  readonly advance: (ms: number) => void;
  /** The waits that are under way, from now, the shortest first. */
  readonly pending: () => readonly number[];
}

interface Alarm {
  readonly at: number;
  readonly callback: () => void;
}

export function fakeClock(random: () => number = () => 0.5): FakeClock {
  let now = 1_900_000_000_000;
  const alarms = new Set<Alarm>();
  const first = () => [...alarms].toSorted((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    random,
    after: (ms, callback) => {
      const alarm = { at: now + ms, callback };
      alarms.add(alarm);
      return { close: () => void alarms.delete(alarm) };
    },
    advance: (ms) => {
      const end = now + ms;
      for (let next = first(); next !== undefined && next.at <= end; next = first()) {
        now = Math.max(now, next.at);
        alarms.delete(next);
        next.callback();
      }
      now = end;
    },
    pending: () => [...alarms].map(({ at }) => at - now).sort((a, b) => a - b),
  };
}
