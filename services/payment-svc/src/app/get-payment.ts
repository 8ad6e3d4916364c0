import type { CallContext } from "@staymesh/service-kit";
import type { Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";
import { granted, idsOf } from "./names.ts";
import { isUnresolved, resolvePaymentNow } from "./resolve-payment-now.ts";

/** How long a reader waits for the bank, and how often one payment makes us ask it. */
const PATIENCE_MS = 2500;
const NOT_ASKED_FOR_MS = 1000;

/** Reads a payment; one whose outcome is open is asked about on the way. */
export async function getPayment(deps: Deps, name: string, call: CallContext): Promise<Payment> {
  const [paymentId] = idsOf(name);
  const payment = granted(await deps.store.findPayment(call.principal.partner, paymentId), name, call);
  if (!isUnresolved(payment)) return payment;
  const deadlineMs = Math.min(call.deadlineMs, Date.now() + PATIENCE_MS);
  try {
    return await resolvePaymentNow(deps, payment, deadlineMs, NOT_ASKED_FOR_MS);
  } catch (error) {
    call.log.warn({ err: error, payment: paymentId }, "a payment could not be resolved while it was read");
    return payment;
  }
}
