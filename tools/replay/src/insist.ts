import { setTimeout as wait } from "node:timers/promises";
import { Refusal } from "@staymesh/service-kit/refusal";
import { noAnswer } from "./api.ts";

/** How long a call is sent again: the pauses grow, and all of them together have a bound. */
export interface Patience {
  readonly totalMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const patience: Patience = { totalMs: 90_000, firstPauseMs: 100, longestPauseMs: 2_000 };

/** Reasons after which the same request may be sent again: it has not happened, or its answer is stored. */
const passing: ReadonlySet<string> = new Set([
  noAnswer,
  "OVERLOADED",
  "DEPENDENCY_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "IDEMPOTENCY_IN_PROGRESS",
  "HTTP_502",
  "HTTP_503",
  "HTTP_504",
  "GRPC_UNAVAILABLE",
]);

/** Makes a call until it has an answer, with growing pauses; tells of every time that it has to try again. */
export async function insist<T>(
  call: () => Promise<T>,
  onRetry: (reason: string) => void,
  { totalMs, firstPauseMs, longestPauseMs }: Patience,
  signal: AbortSignal,
): Promise<T> {
  let waited = 0;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Refusal) || !passing.has(error.reason)) throw error;
      const delay = Math.max(error.retryAfterMs ?? 0, pause);
      waited += delay;
      if (waited > totalMs) throw error;
      onRetry(error.reason);
      await wait(delay, undefined, { signal });
    }
  }
}
