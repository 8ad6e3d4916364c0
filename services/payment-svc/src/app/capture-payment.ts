import type { CallContext } from "@staymesh/service-kit";
import { checkAmount, checkEtag, type Intent, intendCapture, type Money } from "../domain/intend.ts";
import type { Payment } from "../domain/payment.ts";
import { paymentOf } from "./answers.ts";
import { beginOperation } from "./begin-operation.ts";
import type { Deps } from "./deps.ts";
import { driveOperation } from "./drive-operation.ts";
import { requestKey } from "./names.ts";
import { preview } from "./preview.ts";

export interface CapturePayment {
  readonly name: string;
  readonly amount: Money | undefined;
  readonly etag: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export async function capturePayment(deps: Deps, request: CapturePayment, call: CallContext): Promise<Payment> {
  const { name, amount, etag, requestId } = request;
  if (amount !== undefined) checkAmount(amount);
  const intend = (payment: Payment): Intent => {
    checkEtag(payment, etag);
    return intendCapture(payment, amount, { operationId: deps.newId(), requestId, now: call.now });
  };
  if (request.validateOnly) return (await preview(deps, name, call, intend)).payment;
  const key = requestKey(call, requestId);
  const answered = await deps.inFlight.share(key, call.deadlineMs, async () => {
    const begun = await beginOperation(deps, name, key, call, (payment) => ({ intent: intend(payment) }));
    if (begun.begun === "ANSWERED") return { value: begun.answer, replayed: begun.replayed };
    if (begun.begun === "CHANGED") throw new Error("a capture has an operation or an answer");
    return { value: await driveOperation(deps, begun.intent, "", begun.deadlineMs, call), replayed: false };
  });
  return paymentOf(answered, call);
}
