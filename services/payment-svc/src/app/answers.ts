import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Answer, Refused } from "../domain/answer.ts";
import type { Operation } from "../domain/operation.ts";
import type { Payment } from "../domain/payment.ts";
import type { Answered } from "./in-flight.ts";

/** Gives the payment of an answer, or refuses as it says. A header marks what was answered before, a refusal too. */
export function paymentOf(answered: Answered<Answer>, call: CallContext): Payment {
  const answer = marked(answered, call);
  if ("payment" in answer) return answer.payment;
  throw "refusal" in answer ? refusedBy(answer) : new Error("a refund where a payment was expected");
}

/** Gives the refund of an answer, as paymentOf() gives the payment. */
export function refundOf(answered: Answered<Answer>, call: CallContext): Operation {
  const answer = marked(answered, call);
  if ("refund" in answer) return answer.refund;
  throw "refusal" in answer ? refusedBy(answer) : new Error("a payment where a refund was expected");
}

function marked({ value, replayed }: Answered<Answer>, call: CallContext): Answer {
  if (replayed) call.setHeader("idempotent-replayed", "true");
  return value;
}

/** What a caller is told by an answer that is a refusal. */
export const refusedBy = ({ refusal }: Refused): Refusal => new Refusal(refusal.reason, refusal.message, refusal.facts);
