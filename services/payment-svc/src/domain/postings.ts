import type { Payment } from "./payment.ts";

export type PostingCode = "AUTHORIZE" | "RELEASE" | "CAPTURE" | "REFUND";

/** An amount that moves from one account to another. */
export interface Posting {
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
  readonly code: PostingCode;
}

const RECEIVABLE = "guest_receivable";
const HOLD = "auth_hold";
const CLEARING = "psp_clearing";

const payableTo = (payment: Payment): string =>
  payment.property === "" ? "hotel_payable" : `hotel_payable:${payment.property}`;

/** The guest owes what the bank keeps ready. */
export const authorizePostings = (amount: bigint): readonly Posting[] => [
  { debit: RECEIVABLE, credit: HOLD, amount, code: "AUTHORIZE" },
];

/** What was kept ready no longer is. */
export const releasePostings = (amount: bigint): readonly Posting[] => [
  { debit: HOLD, credit: RECEIVABLE, amount, code: "RELEASE" },
];

/** The whole authorization ends, and the bank owes us what we owe the hotel. */
export const capturePostings = (payment: Payment, amount: bigint): readonly Posting[] => [
  ...releasePostings(payment.authorized),
  { debit: CLEARING, credit: payableTo(payment), amount, code: "CAPTURE" },
];

export const refundPostings = (payment: Payment, amount: bigint): readonly Posting[] => [
  { debit: payableTo(payment), credit: CLEARING, amount, code: "REFUND" },
];
