import type { BankPort } from "../app/ports.ts";
import type { BankOperation, Connector } from "../connectors/connector.ts";
import type { Operation } from "../domain/operation.ts";
import type { Payment } from "../domain/payment.ts";

/** The flow's view of a connector. */
export function bankPort(connector: Connector): BankPort {
  const { capabilities } = connector;
  return {
    name: connector.name,
    timeoutMs: capabilities.timeoutMs,
    idempotencyWindowMs: capabilities.idempotencyWindowMs,
    notFoundFinalAfterMs: capabilities.notFoundFinalAfterMs,
    canAbandon: connector.abandon !== undefined,
    send(payment, operation, token, deadlineMs) {
      const said = described(payment, operation);
      switch (operation.kind) {
        case "AUTHORIZE":
          return connector.authorize(said, token, { deadlineMs });
        case "CAPTURE":
          return connector.capture(said, { deadlineMs });
        case "VOID":
          return connector.void(said, { deadlineMs });
        case "REFUND":
          return connector.refund(said, { deadlineMs });
      }
    },
    query: (payment, operation, deadlineMs) => connector.query(described(payment, operation), { deadlineMs }),
    async abandon(payment, operation, deadlineMs) {
      const outcome = await connector.abandon?.(described(payment, operation), { deadlineMs });
      return outcome ?? { status: "UNKNOWN", detail: "this bank cannot abandon" };
    },
  };
}

const described = (payment: Payment, operation: Operation): BankOperation => ({
  reference: operation.id,
  currency: operation.currency,
  amount: operation.amount,
  authorization: { reference: payment.authorizeId, bankReference: payment.bankReference },
  order: payment.reservation === "" ? `payments/${payment.id}` : payment.reservation,
});
