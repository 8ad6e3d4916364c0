import type { Change, Moved, Opened } from "../app/ports.ts";
import type { Payment } from "../domain/payment.ts";
import { newId } from "./new-id.ts";
import { answerRow, operationRow, paymentRow, type Row } from "./rows.ts";

/** A change as the document that commit_change takes; what is absent is not written. */
export function changeDocument(change: Change): Row {
  const { claim, payment, expected, moved, answer, opened, release } = change;
  return {
    ...(claim === undefined ? {} : { claim: claimRow(claim) }),
    ...(payment === undefined ? {} : { payment: paymentRow(payment) }),
    ...(expected === undefined ? {} : { expected }),
    ...(moved === undefined ? {} : { moved: movedRow(moved) }),
    ...(answer === undefined ? {} : { answer: answerRow(answer) }),
    ...(release === true ? { release } : {}),
    ...(opened === undefined ? {} : { opened: openedRow(opened) }),
    ...transferRows(change),
    ...eventRow(change),
  };
}

const bytes = (value: Uint8Array): string => `\\x${Buffer.from(value).toString("hex")}`;

const claimRow = ({ key, paymentId, operationId, answer }: NonNullable<Change["claim"]>): Row => ({
  partner: key.partner,
  request_id: key.requestId,
  method: key.method,
  fingerprint: bytes(key.fingerprint),
  payment_id: paymentId,
  operation_id: operationId ?? null,
  answer: answer === undefined ? null : answerRow(answer),
});

const movedRow = ({ before, after, evidence, detail, dueMs }: Moved): Row => ({
  id: after.id,
  from_status: before.status,
  status: after.status,
  sends: before.sends,
  bank_reference: after.bankReference,
  decline_code: after.declineCode,
  evidence,
  detail,
  due_ms: dueMs ?? null,
});

const openedRow = ({ operation, sealedToken, leaseMs, dueMs }: Opened): Row => ({
  ...operationRow(operation),
  sealed_token: sealedToken === undefined ? null : bytes(sealedToken),
  lease_ms: leaseMs ?? null,
  due_ms: dueMs ?? 0,
});

function transferRows({ payment, postings }: Change): Row {
  if (payment === undefined || postings === undefined || postings.rows.length === 0) return {};
  const transfers = postings.rows.map(({ debit, credit, amount, code }) => ({
    id: newId(),
    journal_id: postings.journalId,
    partner: payment.partner,
    property: payment.property,
    debit_account: debit,
    credit_account: credit,
    currency: payment.currency,
    amount: String(amount),
    code,
    payment_id: payment.id,
    created_at: payment.updatedAt.toISOString(),
  }));
  return { transfers };
}

function eventRow({ payment, topic }: Change): Row {
  if (payment === undefined || topic === undefined || topic === "") return {};
  return {
    event: {
      message_id: newId(),
      payment_id: payment.id,
      sequence: payment.version,
      partner: payment.partner,
      property: payment.property,
      topic,
      payload: eventPayload(payment),
    },
  };
}

/** What others may know: amounts and names, no person and no token. */
const eventPayload = (payment: Payment): Row => ({
  payment: `payments/${payment.id}`,
  reservation: payment.reservation,
  state: payment.state,
  currencyCode: payment.currency,
  authorized: String(payment.authorized),
  captured: String(payment.captured),
  voided: String(payment.voided),
  refunded: String(payment.refunded),
});
