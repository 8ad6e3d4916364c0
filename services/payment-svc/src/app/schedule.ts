const SECOND = 1000;
const steps = [1, 2, 5, 10, 30, 60, 300, 900, 3600].map((seconds) => seconds * SECOND);

/** While it is young an operation is asked about often: somebody holds a room for it. */
const YOUNG_MS = 20 * 60 * SECOND;
const YOUNG_STEP_MS = 10 * SECOND;
/** How long an unreachable bank is left alone, whatever an operation's age: it may be back any moment. */
const UNREACHED_MS = 3 * SECOND;

export interface Asking {
  /** How often it has been asked about, this time included. */
  readonly asked: number;
  readonly ageMs: number;
  readonly unreached: boolean;
  /** From 0 up to 1: spreads what would otherwise be asked at the same moment. */
  readonly random: number;
}

/** When to ask again. There is no last time: an unknown outcome ends by evidence alone. */
export function nextAskMs({ asked, ageMs, unreached, random }: Asking): number {
  const step = steps[Math.min(Math.max(asked, 1), steps.length) - 1] ?? UNREACHED_MS;
  const bounded = ageMs < YOUNG_MS ? Math.min(step, YOUNG_STEP_MS) : step;
  const wait = unreached ? Math.min(bounded, UNREACHED_MS) : bounded;
  return Math.round(wait * (0.8 + 0.4 * random));
}
