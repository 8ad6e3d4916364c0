import type { MethodFacts } from "./facts.ts";

/** When a call is sent again: gRFC A6's retryPolicy, in milliseconds. */
export interface RetryPolicy {
  /** All attempts together, the first one too; gRPC clients allow no more than five. */
  readonly attemptsMax: number;
  readonly firstWaitMs: number;
  readonly waitMaxMs: number;
  readonly multiplier: number;
  /** The names of the gRPC statuses after which it happens. */
  readonly statuses: readonly string[];
}

/** How every client of the mesh makes the calls of one method. */
export interface CallPolicy {
  /** A call has an answer within this time, all attempts together. */
  readonly timeoutMs: number;
  /** Absent where a call is never sent again. */
  readonly retry?: RetryPolicy;
}

/** Five attempts wait about as long as a service needs to come back, and leave the last one half of the shortest timeout. */
export const RETRY: RetryPolicy = {
  attemptsMax: 5,
  firstWaitMs: 100,
  waitMaxMs: 1000,
  multiplier: 3,
  statuses: ["UNAVAILABLE"],
};

/**
 * What a method's options mean to its callers. Only what the contract calls free of effects or idempotent is sent again, and only
 * where it is one message: a stream is taken up by its resume token, which a channel does not know.
 */
export const callPolicy = ({ timeoutMs, idempotency, kind }: MethodFacts): CallPolicy =>
  idempotency === "UNKNOWN" || kind !== "unary" ? { timeoutMs } : { timeoutMs, retry: RETRY };

/**
 * How long to wait before a call is sent again, in milliseconds; undefined where it has failed too often.
 * Half of it is left to chance (0 to 1), so that callers that failed together do not come back together.
 */
export const retryWaitMs = (retry: RetryPolicy, failures: number, chance: number): number | undefined =>
  failures >= retry.attemptsMax
    ? undefined
    : Math.min(retry.waitMaxMs, retry.firstWaitMs * retry.multiplier ** (failures - 1)) * (0.5 + chance / 2);
