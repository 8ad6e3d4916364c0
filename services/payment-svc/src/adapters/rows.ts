import type { Answer } from "../domain/answer.ts";
import type { Operation } from "../domain/operation.ts";
import type { Payment } from "../domain/payment.ts";

/** A row as pg or JSON gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A payment as the columns of its table. */
export const paymentRow = (payment: Payment): Row => ({
  id: payment.id,
  partner: payment.partner,
  property: payment.property,
  reservation: payment.reservation,
  external_reference: payment.externalReference,
  connector: payment.connector,
  authorize_id: payment.authorizeId,
  bank_reference: payment.bankReference,
  currency: payment.currency,
  state: payment.state,
  amount: String(payment.amount),
  authorized: String(payment.authorized),
  captured: String(payment.captured),
  voided: String(payment.voided),
  refunded: String(payment.refunded),
  capture_pending: String(payment.capturePending),
  refund_pending: String(payment.refundPending),
  open_operations: payment.openOperations,
  void_when_known: payment.voidWhenKnown,
  decline_code: payment.declineCode,
  next_action_url: payment.nextActionUrl,
  authorization_expires_at: payment.authorizationExpiresAt?.toISOString() ?? null,
  version: payment.version,
  created_at: payment.createdAt.toISOString(),
  updated_at: payment.updatedAt.toISOString(),
});

export const operationRow = (operation: Operation): Row => ({
  id: operation.id,
  payment_id: operation.paymentId,
  partner: operation.partner,
  property: operation.property,
  request_id: operation.requestId,
  kind: operation.kind,
  status: operation.status,
  amount: String(operation.amount),
  currency: operation.currency,
  bank_reference: operation.bankReference,
  decline_code: operation.declineCode,
  note: operation.note,
  sends: operation.sends,
  created_at: operation.createdAt.toISOString(),
});

// The tables' checks hold the words that their columns may have; below, rows are believed.
export const toPayment = (row: Row): Payment => ({
  id: text(row, "id"),
  partner: text(row, "partner"),
  property: text(row, "property"),
  reservation: text(row, "reservation"),
  externalReference: text(row, "external_reference"),
  connector: text(row, "connector"),
  authorizeId: text(row, "authorize_id"),
  bankReference: text(row, "bank_reference"),
  currency: text(row, "currency"),
  state: text(row, "state") as Payment["state"],
  amount: whole(row, "amount"),
  authorized: whole(row, "authorized"),
  captured: whole(row, "captured"),
  voided: whole(row, "voided"),
  refunded: whole(row, "refunded"),
  capturePending: whole(row, "capture_pending"),
  refundPending: whole(row, "refund_pending"),
  openOperations: Number(row["open_operations"]),
  voidWhenKnown: row["void_when_known"] === true,
  declineCode: text(row, "decline_code"),
  nextActionUrl: text(row, "next_action_url"),
  authorizationExpiresAt: row["authorization_expires_at"] === null ? undefined : date(row, "authorization_expires_at"),
  version: Number(row["version"]),
  createdAt: date(row, "created_at"),
  updatedAt: date(row, "updated_at"),
});

export const toOperation = (row: Row): Operation => ({
  id: text(row, "id"),
  paymentId: text(row, "payment_id"),
  partner: text(row, "partner"),
  property: text(row, "property"),
  requestId: text(row, "request_id"),
  kind: text(row, "kind") as Operation["kind"],
  status: text(row, "status") as Operation["status"],
  amount: whole(row, "amount"),
  currency: text(row, "currency"),
  bankReference: text(row, "bank_reference"),
  declineCode: text(row, "decline_code"),
  note: text(row, "note"),
  sends: Number(row["sends"]),
  createdAt: date(row, "created_at"),
});

/** An answer as it is kept: plain columns, so that the same answer always reads back as the same message. */
export function answerRow(answer: Answer): Row {
  if ("payment" in answer) return { payment: paymentRow(answer.payment) };
  return "refund" in answer ? { refund: operationRow(answer.refund) } : { refusal: answer.refusal };
}

export function toAnswer(kept: Row | null): Answer | undefined {
  if (kept === null) return undefined;
  if (isRow(kept["payment"])) return { payment: toPayment(kept["payment"]) };
  if (isRow(kept["refund"])) return { refund: toOperation(kept["refund"]) };
  return kept as Extract<Answer, { refusal: unknown }>;
}

export const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null;

const text = (row: Row, column: string): string => String(row[column] ?? "");

function whole(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value === "bigint") return value;
  return BigInt(typeof value === "string" || typeof value === "number" ? value : 0);
}

function date(row: Row, column: string): Date {
  const value = row[column];
  return value instanceof Date ? value : new Date(String(value));
}
