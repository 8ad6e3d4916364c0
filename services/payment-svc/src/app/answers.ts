import { Refusal } from "@staymesh/service-kit/refusal";
import type { Answer } from "../domain/answer.ts";
import type { Operation } from "../domain/operation.ts";
import type { Payment } from "../domain/payment.ts";

/** Gives the payment of an answer, or refuses as it says. */
export function paymentOf(answer: Answer): Payment {
  if ("payment" in answer) return answer.payment;
  throw "refusal" in answer ? refused(answer) : new Error("a refund where a payment was expected");
}

/** Gives the refund of an answer, or refuses as it says. */
export function refundOf(answer: Answer): Operation {
  if ("refund" in answer) return answer.refund;
  throw "refusal" in answer ? refused(answer) : new Error("a payment where a refund was expected");
}

const refused = ({ refusal }: Extract<Answer, { refusal: unknown }>): Refusal =>
  new Refusal(refusal.reason, refusal.message, refusal.facts);
