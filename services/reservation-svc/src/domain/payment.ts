export type PaymentViewState =
  | "PROCESSING"
  | "REQUIRES_ACTION"
  | "AUTHORIZED"
  | "CAPTURED"
  | "REFUNDED"
  | "VOIDED"
  | "DECLINED"
  | "FAILED";

/** A payment as the payment service tells it. */
export interface PaymentView {
  readonly name: string;
  readonly state: PaymentViewState;
  readonly authorized: bigint;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** True while a capture, void or refund has no result yet. */
  readonly operationPending: boolean;
  readonly declineCode: string;
  readonly nextActionUrl: string;
}
