import { RETRY, type RetryBudget, retryWaitMs } from "@staymesh/contract";
import { UNAVAILABLE } from "../app/codes.ts";
import type { UpstreamError } from "../app/ports.ts";

export { createRetryBudget, type RetryBudget } from "@staymesh/contract";

const LEFT_MIN_MS = 50;

/**
 * How long to wait before the next attempt, by the contract's policy; undefined where there is none. Only a failure of the way there
 * is repeated: a service that says by itself that it is unavailable has told its caller when to come back.
 */
export function waitBeforeRetry(
  failure: UpstreamError,
  attempt: number,
  leftMs: number,
  budget: RetryBudget,
): number | undefined {
  const ofTheWay = failure.code === UNAVAILABLE && failure.details === undefined;
  if (!ofTheWay || !budget.take()) return undefined;
  const wait = retryWaitMs(RETRY, attempt + 1, Math.random());
  return wait !== undefined && wait + LEFT_MIN_MS < leftMs ? wait : undefined;
}
