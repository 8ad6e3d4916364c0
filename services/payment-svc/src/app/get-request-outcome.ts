import { type CallContext, needGrantFor } from "@staymesh/service-kit";
import type { Answer } from "../domain/answer.ts";
import { voidCase } from "../domain/intend.ts";
import type { Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";
import type { OpenRequest } from "./ports.ts";
import { openAnswer } from "./repeat-request.ts";
import { isUnresolved } from "./resolve-payment-now.ts";

/** A request that was taken in: its answer for good, or how it stands. */
export interface RequestOutcome {
  readonly method: string;
  readonly receiveTime: Date;
  readonly state: "IN_PROGRESS" | "DONE";
  readonly answer: Answer | undefined;
}

/** What became of the caller's write of that request id; undefined where none was taken in here. The bank is not asked. */
export async function getRequestOutcome(
  deps: Deps,
  requestId: string,
  call: CallContext,
): Promise<RequestOutcome | undefined> {
  const { partner } = call.principal;
  const id = requestId.toLowerCase();
  const claimed = await outcomeOfClaim(deps, id, call);
  if (claimed !== undefined) return claimed;
  const open = await deps.store.findOpenRequest(partner, id);
  const payment = open === undefined ? undefined : await deps.store.findPayment(partner, open.paymentId);
  if (open === undefined || payment === undefined) return undefined;
  needGrantFor(payment.property, call.principal);
  const { key, receiveTime } = open;
  if (!isOver(open, payment)) {
    return { method: key.method, receiveTime, state: "IN_PROGRESS", answer: { payment } };
  }
  // Nothing is left to be done for it, so that this is its answer from now on.
  await deps.store.commit({ claim: { key, paymentId: payment.id, answer: { payment } } });
  return outcomeOfClaim(deps, id, call);
}

async function outcomeOfClaim(deps: Deps, id: string, call: CallContext): Promise<RequestOutcome | undefined> {
  const { partner } = call.principal;
  const request = await deps.store.findRequest(partner, id);
  if (request === undefined) return undefined;
  const { method, property, receiveTime, answer, operationId } = request;
  needGrantFor(property, call.principal);
  if (answer !== undefined) return { method, receiveTime, state: "DONE", answer };
  const found = operationId === undefined ? undefined : await deps.store.findOperation(partner, operationId);
  const open = found === undefined ? undefined : await openAnswer(deps, found.operation);
  return { method, receiveTime, state: "IN_PROGRESS", answer: open };
}

/** Whether the same request would now be answered for good with the payment as it is. */
const isOver = ({ key }: OpenRequest, payment: Payment): boolean =>
  !isUnresolved(payment) && (!key.method.endsWith("/VoidPayment") || voidCase(payment) === "NOTHING_HELD");
