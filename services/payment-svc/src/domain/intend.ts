import { Refusal } from "@staymesh/service-kit/refusal";
import { checkCurrency } from "./currencies.ts";
import type { Operation, OperationKind } from "./operation.ts";
import { etagOf, heldOn, isOpen, type Payment, refundable } from "./payment.ts";

/** An amount as a caller gives it. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

/** What is decided before the bank is asked: the payment with the amount reserved, and the operation. */
export interface Intent {
  readonly payment: Payment;
  readonly operation: Operation;
}

export interface Stamp {
  readonly operationId: string;
  readonly requestId: string;
  readonly now: Date;
}

export interface Authorization {
  readonly id: string;
  readonly partner: string;
  readonly property: string;
  readonly reservation: string;
  readonly externalReference: string;
  readonly connector: string;
  readonly amount: Money;
}

/** A new payment with its authorization. */
export function intendAuthorization(wanted: Authorization, stamp: Stamp): Intent {
  const { amount, ...rest } = wanted;
  checkCurrency(amount.currencyCode);
  checkAmount(amount);
  const payment: Payment = {
    ...rest,
    authorizeId: stamp.operationId,
    bankReference: "",
    currency: amount.currencyCode,
    state: "PROCESSING",
    amount: amount.minorUnits,
    authorized: 0n,
    captured: 0n,
    voided: 0n,
    refunded: 0n,
    capturePending: 0n,
    refundPending: 0n,
    openOperations: 0,
    voidWhenKnown: false,
    declineCode: "",
    nextActionUrl: "",
    authorizationExpiresAt: undefined,
    version: 1,
    createdAt: stamp.now,
    updatedAt: stamp.now,
  };
  return { payment, operation: operationOn(payment, "AUTHORIZE", amount.minorUnits, stamp) };
}

/** Takes a part of what is kept ready, or all of it. */
export function intendCapture(payment: Payment, wanted: Money | undefined, stamp: Stamp): Intent {
  checkState(payment, "AUTHORIZED");
  checkNothingOpen(payment);
  const amount = wanted === undefined ? heldOn(payment) : checkedAmount(payment, wanted, heldOn(payment));
  return {
    payment: changed(payment, stamp.now, { capturePending: amount, openOperations: 1 }),
    operation: operationOn(payment, "CAPTURE", amount, stamp),
  };
}

/** Lets go what is kept ready. */
export function intendVoid(payment: Payment, stamp: Stamp): Intent {
  checkState(payment, "AUTHORIZED");
  checkNothingOpen(payment);
  return {
    payment: changed(payment, stamp.now, { openOperations: 1 }),
    operation: operationOn(payment, "VOID", heldOn(payment), stamp),
  };
}

/** Gives back a part of what was taken, or all of it. */
export function intendRefund(payment: Payment, wanted: Money | undefined, note: string, stamp: Stamp): Intent {
  // What is wholly given back has nothing left, which says more than its state.
  if (payment.state !== "REFUNDED") checkState(payment, "CAPTURED");
  const most = refundable(payment);
  const amount = wanted === undefined ? most : checkedAmount(payment, wanted, most);
  if (amount === 0n) throw tooLarge(payment, most);
  return {
    payment: changed(payment, stamp.now, {
      refundPending: payment.refundPending + amount,
      openOperations: payment.openOperations + 1,
    }),
    operation: { ...operationOn(payment, "REFUND", amount, stamp), note },
  };
}

/** What a void means for the payment as it is. */
export type VoidCase = "VOID" | "WHEN_KNOWN" | "NOTHING_HELD";

export function voidCase(payment: Payment): VoidCase {
  if (isOpen(payment)) return "WHEN_KNOWN";
  // Whoever lets go what nobody keeps has what they asked for.
  if (payment.state === "VOIDED" || payment.state === "DECLINED" || payment.state === "FAILED") return "NOTHING_HELD";
  return "VOID";
}

/** An authorization that is still open is let go as soon as it is known. */
export const voidWhenKnown = (payment: Payment, now: Date): Payment => changed(payment, now, { voidWhenKnown: true });

/** Refuses a change to something else than what the caller read. */
export function checkEtag(payment: Payment, etag: string): void {
  if (etag === "" || etag === etagOf(payment)) return;
  throw new Refusal("ETAG_MISMATCH", "The payment has changed since it was read.", { etag: etagOf(payment) });
}

export const changed = (payment: Payment, now: Date, change: Partial<Payment>): Payment => ({
  ...payment,
  ...change,
  version: payment.version + 1,
  updatedAt: now,
});

export function operationOn(payment: Payment, kind: OperationKind, amount: bigint, stamp: Stamp): Operation {
  return {
    id: stamp.operationId,
    paymentId: payment.id,
    partner: payment.partner,
    property: payment.property,
    requestId: stamp.requestId,
    kind,
    status: "INITIATED",
    amount,
    currency: payment.currency,
    bankReference: "",
    declineCode: "",
    note: "",
    sends: 1,
    createdAt: stamp.now,
  };
}

function checkState(payment: Payment, needed: Payment["state"]): void {
  if (payment.state === needed) return;
  throw new Refusal("PAYMENT_STATE_INVALID", `The payment is ${payment.state}, and this needs ${needed}.`, {
    state: payment.state,
  });
}

function checkNothingOpen(payment: Payment): void {
  if (payment.openOperations === 0) return;
  throw new Refusal(
    "OPERATION_PENDING",
    "Another operation on the payment has no result yet.",
    {},
    {
      retryAfterMs: 1000,
    },
  );
}

function checkedAmount(payment: Payment, wanted: Money, most: bigint): bigint {
  checkAmount(wanted);
  if (wanted.currencyCode !== payment.currency) {
    throw new Refusal("CURRENCY_MISMATCH", `The payment is in ${payment.currency}.`, { currency: payment.currency });
  }
  if (wanted.minorUnits > most) throw tooLarge(payment, most);
  return wanted.minorUnits;
}

const tooLarge = (payment: Payment, most: bigint): Refusal =>
  new Refusal("AMOUNT_TOO_LARGE", `There is at most ${most} (in minor units of ${payment.currency}).`, {
    most: most.toString(),
    currency: payment.currency,
  });

/** Refuses nothing and less than nothing. */
export function checkAmount(amount: Money): void {
  if (amount.minorUnits > 0n) return;
  const description = "must be more than nothing";
  throw new Refusal(
    "INVALID_REQUEST",
    `amount.minor_units ${description}.`,
    {},
    {
      violations: [{ field: "amount.minor_units", reason: "GREATER_THAN_ZERO", description }],
    },
  );
}
