import type { CallContext } from "@staymesh/service-kit";
import { intendAuthorization, type Money } from "../domain/intend.ts";
import type { Payment } from "../domain/payment.ts";
import { paymentOf } from "./answers.ts";
import { bankDeadline, leaseMs } from "./ask-bank.ts";
import type { Deps } from "./deps.ts";
import { driveOperation } from "./drive-operation.ts";
import { propertyOf, requestKey } from "./names.ts";
import { repeatRequest } from "./repeat-request.ts";

export interface AuthorizePayment {
  readonly amount: Money;
  readonly token: string;
  readonly reservation: string;
  readonly externalReference: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export async function authorizePayment(deps: Deps, request: AuthorizePayment, call: CallContext): Promise<Payment> {
  const { amount, token, reservation, externalReference, requestId } = request;
  const id = deps.newId();
  const intent = intendAuthorization(
    {
      id,
      partner: call.principal.partner,
      property: propertyOf(reservation),
      reservation,
      externalReference,
      connector: deps.bank.name,
      amount,
    },
    { operationId: deps.newId(), requestId, now: call.now },
  );
  if (request.validateOnly) return { ...intent.payment, id: "" };
  const key = requestKey(call, requestId);
  const answered = await deps.inFlight.share(key, call.deadlineMs, async () => {
    const deadlineMs = bankDeadline(deps.bank, call.deadlineMs, Date.now());
    const committed = await deps.store.commit({
      claim: { key, paymentId: id, operationId: intent.operation.id },
      payment: intent.payment,
      opened: {
        operation: intent.operation,
        sealedToken: deps.vault.seal(id, token),
        leaseMs: leaseMs(deps.bank),
      },
    });
    return committed === "CLAIMED"
      ? { value: await repeatRequest(deps, key, call), replayed: true }
      : { value: await driveOperation(deps, intent, token, deadlineMs, call), replayed: false };
  });
  return paymentOf(answered, call);
}
