import { Payment, Refund } from "@staymesh/proto/staymesh/payment/v1/payment";
import type { RequestServiceService } from "@staymesh/proto/staymesh/payment/v1/request";
import { type Handlers, type KeptAnswer, requestOutcome } from "@staymesh/service-kit";
import { refusedBy } from "../app/answers.ts";
import type { Deps } from "../app/deps.ts";
import { getRequestOutcome } from "../app/get-request-outcome.ts";
import type { Answer } from "../domain/answer.ts";
import { renderPayment, renderRefund } from "./render.ts";

export const requestHandlers = (deps: Deps): Handlers<typeof RequestServiceService> => ({
  getRequestOutcome: async ({ requestId }, call) => {
    const outcome = await getRequestOutcome(deps, requestId, call);
    if (outcome === undefined) return requestOutcome(requestId, undefined, call);
    const { answer, ...rest } = outcome;
    return requestOutcome(requestId, { ...rest, result: answer === undefined ? undefined : kept(answer) }, call);
  },
});

function kept(answer: Answer): KeptAnswer {
  if ("payment" in answer) return { answer: Payment.encode(renderPayment(answer.payment)).finish() };
  if ("refund" in answer) return { answer: Refund.encode(renderRefund(answer.refund)).finish() };
  return { refusal: refusedBy(answer) };
}
