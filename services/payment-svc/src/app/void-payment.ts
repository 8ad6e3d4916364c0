import type { CallContext } from "@staymesh/service-kit";
import type { Answer } from "../domain/answer.ts";
import { checkEtag, intendVoid, voidCase, voidWhenKnown } from "../domain/intend.ts";
import { isOpen, type Payment } from "../domain/payment.ts";
import { paymentOf } from "./answers.ts";
import { beginOperation, type Decided } from "./begin-operation.ts";
import type { Deps } from "./deps.ts";
import { driveOperation } from "./drive-operation.ts";
import type { Answered } from "./in-flight.ts";
import { granted, idsOf, requestKey } from "./names.ts";
import type { RequestKey } from "./ports.ts";
import { preview } from "./preview.ts";
import { resolvePaymentNow } from "./resolve-payment-now.ts";

export interface VoidPayment {
  readonly name: string;
  readonly etag: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export async function voidPayment(deps: Deps, request: VoidPayment, call: CallContext): Promise<Payment> {
  const { name, etag, requestId } = request;
  const stamp = () => ({ operationId: deps.newId(), requestId, now: call.now });
  const decide = (payment: Payment): Decided => {
    // Once it is to be let go, asking again changes nothing: the same request may come again with the tag that it had.
    if (!payment.voidWhenKnown) checkEtag(payment, etag);
    switch (voidCase(payment)) {
      case "NOTHING_HELD":
        return { answer: { payment } };
      case "WHEN_KNOWN":
        return { change: payment.voidWhenKnown ? undefined : voidWhenKnown(payment, call.now) };
      case "VOID":
        return { intent: intendVoid(payment, stamp()) };
    }
  };
  if (request.validateOnly) return previewVoid(deps, request, call);
  const key = requestKey(call, requestId);
  const answered = await deps.inFlight.share(key, call.deadlineMs, async (): Promise<Answered<Answer>> => {
    const begun = await beginOperation(deps, name, key, call, decide);
    switch (begun.begun) {
      case "ANSWERED":
        return { value: begun.answer, replayed: begun.replayed };
      case "CHANGED":
        return { value: await voidOpen(deps, begun.payment, key, call), replayed: false };
      case "INTENT":
        return { value: await driveOperation(deps, begun.intent, "", begun.deadlineMs, call), replayed: false };
    }
  });
  return paymentOf(answered, call);
}

/** Asks at once how the authorization stands, so that most callers need not ask again; the rest is done by the resolver. */
async function voidOpen(deps: Deps, payment: Payment, key: RequestKey, call: CallContext): Promise<Answer> {
  const after = await resolvePaymentNow(deps, payment, call.deadlineMs, 0);
  const answer: Answer = { payment: after };
  const isLetGo = !isOpen(after) && after.state !== "AUTHORIZED";
  if (isLetGo) await deps.store.commit({ claim: { key, paymentId: payment.id, answer } });
  return answer;
}

async function previewVoid(deps: Deps, request: VoidPayment, call: CallContext): Promise<Payment> {
  const { name, etag, requestId } = request;
  const [paymentId] = idsOf(name);
  const payment = granted(await deps.store.findPayment(call.principal.partner, paymentId), name, call);
  checkEtag(payment, etag);
  if (voidCase(payment) !== "VOID") return payment;
  const stamp = { operationId: deps.newId(), requestId, now: call.now };
  return (await preview(deps, name, call, (current) => intendVoid(current, stamp))).payment;
}
