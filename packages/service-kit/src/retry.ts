import type { ServiceError } from "@grpc/grpc-js";
import { type RetryBudget, type RetryPolicy, retryWaitMs } from "@staymesh/contract";
import { wasAbsent } from "./client-failure.ts";
import { decodeDetails } from "./status-details.ts";

/** An attempt that has less time than this is not worth a wait. */
const LEFT_MIN_MS = 50;

/** How long to wait before the next attempt; undefined where there is none, or no time for it. */
export function waitBeforeRetry(
  retry: RetryPolicy | undefined,
  error: ServiceError,
  failures: number,
  leftMs: number,
  budget: RetryBudget,
): number | undefined {
  // What the transport calls a cancellation is an absence too, so that one rule serves for every code of the policy.
  if (retry === undefined || !wasAbsent(error) || !budget.take()) return undefined;
  const backOff = retryWaitMs(retry, failures, Math.random());
  if (backOff === undefined) return undefined;
  const wait = Math.max(askedWaitMs(error), backOff);
  return wait + LEFT_MIN_MS < leftMs ? wait : undefined;
}

function askedWaitMs(error: ServiceError): number {
  const details = error.metadata?.get("grpc-status-details-bin")[0];
  const refusal = details instanceof Uint8Array ? decodeDetails(details) : undefined;
  return refusal?.retryAfterMs ?? 0;
}
