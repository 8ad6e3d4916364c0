import { setTimeout as delay } from "node:timers/promises";
import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import { type Answer, bankUnavailable } from "../domain/answer.ts";
import { hasEnded, type Operation } from "../domain/operation.ts";
import type { Deps } from "./deps.ts";
import { inProgress, isEqual } from "./in-flight.ts";
import type { Claim, RequestKey } from "./ports.ts";
import { resolveIfFree } from "./resolve-operation.ts";

const LOOK_AGAIN_MS = 40;
const MARGIN_MS = 100;
const NOT_ASKED_FOR_MS = 1000;

/**
 * What a request whose id was taken is answered with: the kept answer, or how it stands while the bank's answer is open. Work
 * that a crash left behind is taken up again.
 */
export async function repeatRequest(deps: Deps, key: RequestKey, call: CallContext): Promise<Answer> {
  for (;;) {
    const claim = await deps.store.findClaim(key.partner, key.requestId);
    // The first one ended without effect and may be tried anew.
    if (claim === undefined) return bankUnavailable;
    const kept = keptAnswer(claim, key);
    if (kept !== undefined) return kept;
    const found = await deps.store.findOperation(key.partner, claim.operationId ?? "");
    if (found === undefined) throw new Error(`request ${key.requestId} has neither an answer nor an operation`);
    const { operation, inCare } = found;
    if (!inCare && !hasEnded(operation)) {
      const pause = operation.status === "INITIATED" ? 0 : NOT_ASKED_FOR_MS;
      const concluded = await resolveIfFree(deps, operation.id, call.deadlineMs, pause);
      if (operation.status !== "INITIATED" || concluded !== undefined) {
        const after = await deps.store.findClaim(key.partner, key.requestId);
        if (after === undefined) return bankUnavailable;
        return after.answer ?? (await openAnswer(deps, concluded?.operation ?? operation));
      }
    }
    if (call.deadlineMs - Date.now() < LOOK_AGAIN_MS + MARGIN_MS) throw inProgress();
    await delay(LOOK_AGAIN_MS);
  }
}

/** The answer that was kept, once it is certain that the request is the same. */
export function keptAnswer(claim: Claim, key: RequestKey): Answer | undefined {
  needSame(claim.fingerprint, key);
  return claim.answer;
}

/** Refuses a request whose id was taken by another one, of which the fingerprint is given. */
export function needSame(taken: Uint8Array, { fingerprint, requestId }: RequestKey): void {
  if (isEqual(taken, fingerprint)) return;
  throw new Refusal("IDEMPOTENCY_KEY_REUSED", "The request id was used for another request.", { requestId });
}

/** How an operation stands that has no result yet. */
export async function openAnswer(deps: Deps, operation: Operation): Promise<Answer> {
  if (operation.kind === "REFUND") return { refund: operation };
  const payment = await deps.store.findPayment(operation.partner, operation.paymentId);
  if (payment === undefined) throw new Error(`payment ${operation.paymentId} is gone`);
  return { payment };
}
