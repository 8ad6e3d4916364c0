import { randomBytes } from "node:crypto";

// Names that appear nowhere else: where one of them turns up in a log, span or metric, it has leaked.
const givenName = "Zyxanthe";
const familyName = "Quillfeather";
const mailbox = "zyxanthe.quillfeather";

export const guest = {
  givenName,
  familyName,
  email: `${mailbox}@example.com`,
  phone: "+351 555 0147 992",
} as const;

/** Tokens of the sandbox bank; `cards.visa` pays. */
export const cards = {
  visa: "tok_visa",
  decline: "tok_decline",
  insufficientFunds: "tok_insufficient_funds",
  threeDs: "tok_3ds",
  pending: "tok_pending",
  timeout: "tok_timeout",
  drop: "tok_drop",
} as const;

/** A key of a caller, different in each run. */
export const newKey = (of: string): string => `sk_test_${of}_${randomBytes(12).toString("hex")}`;

/** What must never be written where operators read. */
export const secrets: readonly string[] = [givenName, familyName, mailbox, guest.phone, ...Object.values(cards)];
