/** Time and chance, as parameters. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 up to, without, 1. */
  readonly random: () => number;
  /** Calls back once; keeps no process alive. */
  readonly after: (ms: number, callback: () => void) => Timer;
}

export interface Timer {
  readonly close: () => void;
}

const TIMEOUT_MAX_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  // Node takes a longer time for one millisecond.
  after: (ms, callback) => setTimeout(callback, Math.min(ms, TIMEOUT_MAX_MS)).unref(),
};
