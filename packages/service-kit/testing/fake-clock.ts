import type { Clock } from "../src/clock.ts";

/** A clock that stands still until a test moves it. */
export type FakeClock = Clock & {
  readonly set: (instant: string | Date) => void;
  readonly advanceMs: (ms: number) => void;
};

export function fakeClock(start: string | Date = "2027-01-01T12:00:00Z"): FakeClock {
  let nowMs = new Date(start).getTime();
  return Object.assign(() => new Date(nowMs), {
    set: (instant: string | Date) => {
      nowMs = new Date(instant).getTime();
    },
    advanceMs: (ms: number) => {
      nowMs += ms;
    },
  });
}
