import type { ServiceError } from "@grpc/grpc-js";
import type { MethodFacts } from "@staymesh/contract";
import { wasAbsent } from "./client-failure.ts";
import { decodeDetails } from "./status-details.ts";

const ATTEMPTS_MAX = 4;
const FIRST_WAIT_MS = 50;
const WAIT_MAX_MS = 1000;

/** Whether the contract lets a method be asked again when nothing is known of the first attempt. */
export function mayRepeat(method: MethodFacts): boolean {
  return method.kind === "unary" && method.idempotency !== "UNKNOWN";
}

/** How long to wait before the next attempt; undefined where there is none, or no time for it. */
export function waitBeforeRetry(error: ServiceError, attempt: number, leftMs: number): number | undefined {
  if (!wasAbsent(error) || attempt >= ATTEMPTS_MAX) return undefined;
  const asked = askedWaitMs(error);
  // Full jitter, so that callers that failed together do not come back together.
  const backOff = Math.random() * Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** attempt);
  const wait = Math.max(asked, backOff);
  return wait < leftMs / 2 ? wait : undefined;
}

function askedWaitMs(error: ServiceError): number {
  const details = error.metadata?.get("grpc-status-details-bin")[0];
  const refusal = details instanceof Uint8Array ? decodeDetails(details) : undefined;
  return refusal?.retryAfterMs ?? 0;
}
