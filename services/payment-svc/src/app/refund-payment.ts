import type { CallContext } from "@staymesh/service-kit";
import { checkAmount, type Intent, intendRefund, type Money } from "../domain/intend.ts";
import type { Operation } from "../domain/operation.ts";
import type { Payment } from "../domain/payment.ts";
import { refundOf } from "./answers.ts";
import { beginOperation } from "./begin-operation.ts";
import type { Deps } from "./deps.ts";
import { driveOperation } from "./drive-operation.ts";
import { requestKey } from "./names.ts";
import { preview } from "./preview.ts";

export interface RefundPayment {
  readonly parent: string;
  readonly amount: Money | undefined;
  readonly note: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export async function refundPayment(deps: Deps, request: RefundPayment, call: CallContext): Promise<Operation> {
  const { parent, amount, note, requestId } = request;
  if (amount !== undefined) checkAmount(amount);
  const intend = (payment: Payment): Intent =>
    intendRefund(payment, amount, note, { operationId: deps.newId(), requestId, now: call.now });
  if (request.validateOnly) {
    const { operation } = await preview(deps, parent, call, intend);
    return { ...operation, id: "" };
  }
  const key = requestKey(call, requestId);
  const answered = await deps.inFlight.share(key, call.deadlineMs, async () => {
    const begun = await beginOperation(deps, parent, key, call, (payment) => ({ intent: intend(payment) }));
    if (begun.begun === "ANSWERED") return { value: begun.answer, replayed: begun.replayed };
    if (begun.begun === "CHANGED") throw new Error("a refund has an operation or an answer");
    return { value: await driveOperation(deps, begun.intent, "", begun.deadlineMs, call), replayed: false };
  });
  return refundOf(answered, call);
}
