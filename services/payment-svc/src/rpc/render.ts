import type { Timestamp } from "@staymesh/proto/google/protobuf/timestamp";
import {
  type Account,
  type CurrencyBalance,
  Payment_State,
  type Payment as PaymentMessage,
  type Refund,
  Refund_State,
  type Transfer as TransferMessage,
} from "@staymesh/proto/staymesh/payment/v1/payment";
import type { Money } from "@staymesh/proto/staymesh/type/v1/money";
import { paymentName } from "../app/names.ts";
import type { AccountBalance, CurrencyBalance as Sums, Transfer } from "../app/ports.ts";
import type { Operation } from "../domain/operation.ts";
import { etagOf, type Payment } from "../domain/payment.ts";

/** A payment as the contract shows it; a pure function, so that a kept answer always gives the same bytes. */
export const renderPayment = (payment: Payment): PaymentMessage => ({
  // What was only tried out has no name.
  name: payment.id === "" ? "" : paymentName(payment.id),
  state: Payment_State[payment.state],
  amount: money(payment.currency, payment.amount),
  authorized: money(payment.currency, payment.authorized),
  captured: money(payment.currency, payment.captured),
  refunded: money(payment.currency, payment.refunded),
  voided: money(payment.currency, payment.voided),
  reservation: payment.reservation,
  externalReference: payment.externalReference,
  declineCode: payment.declineCode,
  nextActionUrl: payment.nextActionUrl,
  operationPending: payment.openOperations > 0,
  authorizationExpireTime:
    payment.authorizationExpiresAt === undefined ? undefined : timestamp(payment.authorizationExpiresAt),
  createTime: timestamp(payment.createdAt),
  updateTime: timestamp(payment.updatedAt),
  etag: etagOf(payment),
});

const refundStates = {
  INITIATED: Refund_State.PROCESSING,
  PENDING: Refund_State.PROCESSING,
  UNKNOWN: Refund_State.PROCESSING,
  SUCCEEDED: Refund_State.SUCCEEDED,
  DECLINED: Refund_State.DECLINED,
  NOT_EXECUTED: Refund_State.FAILED,
} as const;

export const renderRefund = (refund: Operation): Refund => ({
  name: refund.id === "" ? "" : `${paymentName(refund.paymentId)}/refunds/${refund.id}`,
  state: refundStates[refund.status],
  amount: money(refund.currency, refund.amount),
  createTime: timestamp(refund.createdAt),
});

export const renderBalance = ({ currency, debits, credits }: Sums): CurrencyBalance => ({
  currencyCode: currency,
  debits,
  credits,
});

export const renderAccount = (account: AccountBalance): Account => ({
  code: account.code,
  ...renderBalance(account),
  balance: account.debits - account.credits,
});

export const renderTransfer = (transfer: Transfer): TransferMessage => ({
  transferId: transfer.id,
  journalId: transfer.journalId,
  debitAccount: transfer.debit,
  creditAccount: transfer.credit,
  amount: money(transfer.currency, transfer.amount),
  code: transfer.code,
  payment: paymentName(transfer.paymentId),
  createTime: timestamp(transfer.createdAt),
});

const money = (currencyCode: string, minorUnits: bigint): Money => ({ currencyCode, minorUnits });

function timestamp(date: Date): Timestamp {
  const ms = date.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}
