import type { Conclusion } from "./conclude.ts";
import { hasEnded, type Operation } from "./operation.ts";
import type { Payment } from "./payment.ts";

/** What a request is answered with, and again whenever it is repeated. */
export type Answer =
  | { readonly payment: Payment }
  | { readonly refund: Operation }
  | {
      readonly refusal: {
        readonly reason: string;
        readonly message: string;
        readonly facts: Readonly<Record<string, string>>;
      };
    };

/** How the request behind an operation ends: with an answer to keep, or free to be tried anew; undefined while it is open. */
export type Ending = { readonly keep: Answer } | { readonly release: Refused };

export type Refused = Extract<Answer, { refusal: unknown }>;

export const bankUnavailable: Refused = {
  refusal: {
    reason: "BANK_UNAVAILABLE",
    message: "The bank could not be reached, and nothing happened there.",
    facts: {},
  },
};

export function endingOf({ payment, operation }: Pick<Conclusion, "payment" | "operation">): Ending | undefined {
  if (!hasEnded(operation)) return undefined;
  if (operation.kind === "AUTHORIZE") return { keep: { payment } };
  if (operation.kind === "REFUND") return { keep: { refund: operation } };
  if (operation.status === "SUCCEEDED") return { keep: { payment } };
  if (operation.status === "NOT_EXECUTED") return { release: bankUnavailable };
  // Whoever lets go what the bank no longer keeps has what they asked for.
  if (operation.kind === "VOID" && payment.state === "VOIDED") return { keep: { payment } };
  return { keep: declined(operation) };
}

function declined({ kind, declineCode }: Operation): Refused {
  return kind === "CAPTURE"
    ? {
        refusal: {
          reason: "CARD_DECLINED",
          message: "The bank did not let the money be taken.",
          facts: { declineCode },
        },
      }
    : {
        refusal: {
          reason: "PAYMENT_STATE_INVALID",
          message: "The bank has nothing to let go.",
          facts: { declineCode },
        },
      };
}
