import type { CallContext } from "@staymesh/service-kit";
import { type Conclusion, conclude } from "../domain/conclude.ts";
import type { Intent } from "../domain/intend.ts";
import type { Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";
import { granted, idsOf } from "./names.ts";

/** What an operation would make of a payment if the bank agrees; changes nothing. */
export async function preview(
  deps: Deps,
  name: string,
  call: CallContext,
  intend: (payment: Payment) => Intent,
): Promise<Pick<Conclusion, "payment" | "operation">> {
  const [paymentId] = idsOf(name);
  const payment = granted(await deps.store.findPayment(call.principal.partner, paymentId), name, call);
  const intent = intend(payment);
  const outcome = { status: "SUCCEEDED", bankReference: "" } as const;
  return (
    conclude(intent.payment, intent.operation, outcome, { now: call.now, wallNow: call.now, followUpId: "" }) ?? intent
  );
}
