import type { OperationStatus } from "./operation.ts";
import type { PaymentState } from "./payment.ts";

/** What may become of an operation; what has ended stays as it is. */
export const operationTransitions: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
  INITIATED: ["SUCCEEDED", "DECLINED", "NOT_EXECUTED", "PENDING", "UNKNOWN"],
  PENDING: ["SUCCEEDED", "DECLINED", "NOT_EXECUTED"],
  UNKNOWN: ["SUCCEEDED", "DECLINED", "NOT_EXECUTED", "PENDING"],
  SUCCEEDED: [],
  DECLINED: [],
  NOT_EXECUTED: [],
};

/** What may become of a payment. */
export const paymentTransitions: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  PROCESSING: ["REQUIRES_ACTION", "AUTHORIZED", "DECLINED", "FAILED", "VOIDED"],
  REQUIRES_ACTION: ["AUTHORIZED", "DECLINED", "FAILED", "VOIDED"],
  AUTHORIZED: ["CAPTURED", "VOIDED"],
  CAPTURED: ["REFUNDED"],
  REFUNDED: [],
  VOIDED: [],
  DECLINED: [],
  FAILED: [],
};

export const operationMayBecome = (from: OperationStatus, to: OperationStatus): boolean =>
  operationTransitions[from].includes(to);
