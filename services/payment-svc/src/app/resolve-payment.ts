import type { CallContext } from "@staymesh/service-kit";
import type { Answer } from "../domain/answer.ts";
import type { Payment } from "../domain/payment.ts";
import { paymentOf } from "./answers.ts";
import type { Deps } from "./deps.ts";
import type { Answered } from "./in-flight.ts";
import { granted, idsOf, requestKey } from "./names.ts";
import { keptAnswer, needSame } from "./repeat-request.ts";
import { isUnresolved, resolvePaymentNow } from "./resolve-payment-now.ts";

export interface ResolvePayment {
  readonly name: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

/** Asks the bank now. The answer is kept once nothing is open any more; until then the same request asks again. */
export async function resolvePayment(deps: Deps, request: ResolvePayment, call: CallContext): Promise<Payment> {
  const { name, requestId } = request;
  const [paymentId] = idsOf(name);
  const key = requestKey(call, requestId);
  const answered = await deps.inFlight.share(key, call.deadlineMs, async (): Promise<Answered<Answer>> => {
    const { claim, noted, payment } = await deps.store.open(key.partner, key.requestId, paymentId);
    const kept = claim === undefined ? undefined : keptAnswer(claim, key);
    if (kept !== undefined) return { value: kept, replayed: true };
    if (noted !== undefined) needSame(noted, key);
    const known = granted(payment, name, call);
    if (request.validateOnly) return { value: { payment: known }, replayed: false };
    if (isUnresolved(known)) await deps.store.noteOpenRequest(key, paymentId);
    const after = isUnresolved(known) ? await resolvePaymentNow(deps, known, call.deadlineMs, 0) : known;
    if (!isUnresolved(after)) await deps.store.commit({ claim: { key, paymentId, answer: { payment: after } } });
    return { value: { payment: after }, replayed: false };
  });
  return paymentOf(answered, call);
}
