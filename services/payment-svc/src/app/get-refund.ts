import type { CallContext } from "@staymesh/service-kit";
import { hasEnded, type Operation } from "../domain/operation.ts";
import type { Deps } from "./deps.ts";
import { checkGrant, idsOf, notFound } from "./names.ts";
import { resolveIfFree } from "./resolve-operation.ts";

const PATIENCE_MS = 2500;
const NOT_ASKED_FOR_MS = 1000;

export async function getRefund(deps: Deps, name: string, call: CallContext): Promise<Operation> {
  const [paymentId, refundId] = idsOf(name);
  const found = await deps.store.findOperation(call.principal.partner, refundId);
  const refund = found?.operation;
  if (refund === undefined || refund.kind !== "REFUND" || refund.paymentId !== paymentId) throw notFound(name);
  checkGrant(refund.property, call);
  if (hasEnded(refund)) return refund;
  const deadlineMs = Math.min(call.deadlineMs, Date.now() + PATIENCE_MS);
  return (await resolveIfFree(deps, refundId, deadlineMs, NOT_ASKED_FOR_MS))?.operation ?? refund;
}
