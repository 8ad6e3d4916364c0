import { isOpen, type Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";
import { resolveIfFree } from "./resolve-operation.ts";

const OPERATIONS_MAX = 5;

/** Whether anything about a payment is still to be learned from the bank. */
export const isUnresolved = (payment: Payment): boolean => isOpen(payment) || payment.openOperations > 0;

/** Asks the bank about what is open on a payment, and about what follows from the answer; gives the payment as it is then. */
export async function resolvePaymentNow(
  deps: Deps,
  payment: Payment,
  deadlineMs: number,
  notAskedForMs: number,
): Promise<Payment> {
  const open = await deps.store.openOperations(payment.id);
  for (const operationId of open.slice(0, OPERATIONS_MAX)) {
    const concluded = await resolveIfFree(deps, operationId, deadlineMs, notAskedForMs);
    if (concluded?.followUp !== undefined) await resolveIfFree(deps, concluded.followUp.id, deadlineMs, 0);
  }
  return (await deps.store.findPayment(payment.partner, payment.id)) ?? payment;
}
