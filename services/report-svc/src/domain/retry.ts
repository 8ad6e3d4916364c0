import type { FailureCause } from "./report.ts";

/** What becomes of a report whose making failed. */
export type Verdict = { readonly retryAfterMs: number } | { readonly giveUp: FailureCause };

/** How often a report was begun, and how many of these ended in a failed render or a lost worker. */
export interface Tries {
  readonly attempts: number;
  readonly failures: number;
}

/** After so many failed renders or lost workers the report is taken for the reason. */
export const FAILURES_MAX = 3;
/** With the waits below: about an hour in which a service that is needed may be away. */
const ATTEMPTS_MAX = 120;
const WAIT_MAX_MS = 30_000;

/** Decides what to do after a failure; `tries` counts it already. */
export function afterFailure(cause: FailureCause, tries: Tries): Verdict {
  if (cause === "NOT_FOUND" || cause === "REFUSED") return { giveUp: cause };
  if (tries.attempts >= ATTEMPTS_MAX || tries.failures >= FAILURES_MAX) return { giveUp: cause };
  return { retryAfterMs: Math.min(WAIT_MAX_MS, 500 * 2 ** Math.min(tries.attempts - 1, 10)) };
}

/** Whether a failure says something about the report itself, and not about the world around it. */
export function countsAgainst(cause: FailureCause): boolean {
  return cause !== "DEPENDENCY_UNAVAILABLE";
}
