import {
  type Payment,
  Payment_State,
  PaymentServiceService,
  Refund_State,
} from "@staymesh/proto/staymesh/payment/v1/payment";
import { type Client, type ConnectOptions, connect, principalOf, Refusal } from "@staymesh/service-kit";
import type { PaymentAnswer, PaymentCaller, Payments } from "../app/ports.ts";
import type { PaymentView, PaymentViewState } from "../domain/payment.ts";

const states: Readonly<Record<number, PaymentViewState>> = {
  [Payment_State.PROCESSING]: "PROCESSING",
  [Payment_State.REQUIRES_ACTION]: "REQUIRES_ACTION",
  [Payment_State.AUTHORIZED]: "AUTHORIZED",
  [Payment_State.CAPTURED]: "CAPTURED",
  [Payment_State.REFUNDED]: "REFUNDED",
  [Payment_State.VOIDED]: "VOIDED",
  [Payment_State.DECLINED]: "DECLINED",
  [Payment_State.FAILED]: "FAILED",
};

/** Refusals after which it is known that the request did nothing, and never will. All others leave it open. */
const definitive: ReadonlySet<string> = new Set([
  "INVALID_REQUEST",
  "CARD_DECLINED",
  "CURRENCY_UNKNOWN",
  "CURRENCY_MISMATCH",
  "BANK_UNAVAILABLE",
  "PAYMENT_STATE_INVALID",
  "AMOUNT_TOO_LARGE",
  "OPERATION_PENDING",
]);

export interface ConnectedPayments extends Payments, Disposable {}

/** Connects to the payment service. */
export function openPayments(options: ConnectOptions): ConnectedPayments {
  const client = connect(PaymentServiceService, options);
  return { ...payments(client), [Symbol.dispose]: client.close };
}

/** The partner need not hold the scopes for payments: booking is what it was let do. */
function payments(client: Client<typeof PaymentServiceService>): Payments {
  const common = { validateOnly: false };
  return {
    authorize: ({ key, amount, currencyCode, token, reservation, externalReference }, from) =>
      answerOf(() =>
        client.authorizePayment(
          {
            ...common,
            amount: { currencyCode, minorUnits: amount },
            paymentMethodToken: token,
            reservation,
            externalReference,
            requestId: key,
          },
          callerOf(from),
        ),
      ),
    get: (name, from) => answerOf(() => client.getPayment({ name }, callerOf(from))),
    capture: (name, { key, amount, currencyCode }, from) =>
      answerOf(() =>
        client.capturePayment(
          { ...common, name, amount: { currencyCode, minorUnits: amount }, etag: "", requestId: key },
          callerOf(from),
        ),
      ),
    void: (name, key, from) =>
      answerOf(() => client.voidPayment({ ...common, name, etag: "", requestId: key }, callerOf(from))),
    refund: (parent, { key, amount, currencyCode }, from) =>
      answerOf(async () => {
        const request = { ...common, parent, amount: { currencyCode, minorUnits: amount }, note: "", requestId: key };
        const refund = await client.refundPayment(request, callerOf(from));
        if (refund.state === Refund_State.FAILED) throw new Refusal("BANK_UNAVAILABLE", "The bank did not get it.");
        if (refund.state === Refund_State.DECLINED) throw new Refusal("CARD_DECLINED", "The bank gives nothing back.");
        const payment = await client.getPayment({ name: parent }, callerOf(from));
        // A refund that is under way shows in the payment as well, but not at every instant.
        return refund.state === Refund_State.PROCESSING ? { ...payment, operationPending: true } : payment;
      }),
  };
}

const callerOf = ({ partner, deadlineMs, statedNow }: PaymentCaller) => ({
  principal: principalOf({ partner }),
  deadlineMs,
  ...(statedNow === undefined ? {} : { statedNow }),
});

async function answerOf(call: () => Promise<Payment>): Promise<PaymentAnswer> {
  try {
    const payment = await call();
    const state = states[payment.state];
    // A state that is newer than this program says nothing that it could act on.
    return state === undefined
      ? { kind: "unknown", reason: `payment state ${payment.state}` }
      : { kind: "payment", payment: viewOf(payment, state) };
  } catch (error) {
    if (error instanceof Refusal && definitive.has(error.reason)) {
      return { kind: "refused", reason: error.reason, facts: error.facts };
    }
    return { kind: "unknown", reason: error instanceof Refusal ? error.reason : "FAULT" };
  }
}

const viewOf = (payment: Payment, state: PaymentViewState): PaymentView => ({
  name: payment.name,
  state,
  authorized: payment.authorized?.minorUnits ?? 0n,
  captured: payment.captured?.minorUnits ?? 0n,
  refunded: payment.refunded?.minorUnits ?? 0n,
  operationPending: payment.operationPending,
  declineCode: payment.declineCode,
  nextActionUrl: payment.nextActionUrl,
});
