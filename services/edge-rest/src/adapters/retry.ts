import { status } from "@grpc/grpc-js";
import type { UpstreamError } from "../app/ports.ts";

/** Keeps retries from becoming the load that they are meant to survive: each takes a token, each success earns a tenth. */
export interface RetryBudget {
  readonly success: () => void;
  readonly take: () => boolean;
}

const TOKENS_MAX = 200;
const EARNED = 0.1;
const ATTEMPTS_MAX = 7;
const FIRST_WAIT_MS = 50;
const WAIT_MAX_MS = 1000;
const LEFT_MIN_MS = 50;

export function createRetryBudget(): RetryBudget {
  let tokens = TOKENS_MAX;
  return {
    success: () => {
      tokens = Math.min(TOKENS_MAX, tokens + EARNED);
    },
    take: () => {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

/**
 * How long to wait before the next attempt; undefined where there is none. Only a failure of the way there is repeated: a service
 * that says by itself that it is unavailable has told its caller when to come back.
 */
export function waitBeforeRetry(
  failure: UpstreamError,
  attempt: number,
  leftMs: number,
  budget: RetryBudget,
): number | undefined {
  const ofTheWay = failure.code === status.UNAVAILABLE && failure.details === undefined;
  if (!ofTheWay || attempt >= ATTEMPTS_MAX) return undefined;
  // Half of it is left to chance, so that callers that failed together do not come back together.
  const wait = Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
  return wait + LEFT_MIN_MS < leftMs && budget.take() ? wait : undefined;
}
