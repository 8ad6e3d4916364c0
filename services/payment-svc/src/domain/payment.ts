export type PaymentState =
  | "PROCESSING"
  | "REQUIRES_ACTION"
  | "AUTHORIZED"
  | "CAPTURED"
  | "REFUNDED"
  | "VOIDED"
  | "DECLINED"
  | "FAILED";

/** An amount that a guest pays; amounts are whole minor units, and an empty text stands for "none". */
export interface Payment {
  readonly id: string;
  readonly partner: string;
  readonly property: string;
  readonly reservation: string;
  readonly externalReference: string;
  readonly connector: string;
  /** The operation that authorizes it, by which the bank knows it. */
  readonly authorizeId: string;
  readonly bankReference: string;
  readonly currency: string;
  readonly state: PaymentState;
  readonly amount: bigint;
  readonly authorized: bigint;
  readonly captured: bigint;
  readonly voided: bigint;
  readonly refunded: bigint;
  /** Promised to a capture or to refunds whose results are open. */
  readonly capturePending: bigint;
  readonly refundPending: bigint;
  /** Captures, voids and refunds without a result. */
  readonly openOperations: number;
  /** An authorization that succeeds is let go at once. */
  readonly voidWhenKnown: boolean;
  readonly declineCode: string;
  readonly nextActionUrl: string;
  readonly authorizationExpiresAt: Date | undefined;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Whether the bank's answer to the authorization is open. */
export const isOpen = (payment: Payment): boolean =>
  payment.state === "PROCESSING" || payment.state === "REQUIRES_ACTION";

/** What the bank still keeps ready. */
export const heldOn = (payment: Payment): bigint =>
  payment.authorized - payment.captured - payment.capturePending - payment.voided;

/** What can still be given back. */
export const refundable = (payment: Payment): bigint => payment.captured - payment.refunded - payment.refundPending;

export const etagOf = (payment: Payment): string => String(payment.version);
