import { changed, operationOn } from "./intend.ts";
import type { Operation } from "./operation.ts";
import { CANCELED, type Outcome } from "./outcome.ts";
import { heldOn, type Payment } from "./payment.ts";
import { authorizePostings, capturePostings, type Posting, refundPostings, releasePostings } from "./postings.ts";
import { operationMayBecome } from "./transitions.ts";

/** Everything that follows from an outcome, written in one commit. */
export interface Conclusion {
  readonly payment: Payment;
  readonly operation: Operation;
  readonly postings: readonly Posting[];
  /** What others are told, such as "payment.authorized"; empty where nothing has ended. */
  readonly topic: string;
  /** A void that the service itself opens, since nobody wants the authorization any more. */
  readonly followUp: Operation | undefined;
}

export interface ConcludeOptions {
  readonly now: Date;
  /** The time by which a bank's terms run out, whatever time the caller states. */
  readonly wallNow: Date;
  readonly followUpId: string;
}

/**
 * What an outcome makes of a payment and its operation; undefined where it says nothing new. A pure function: it is asked again
 * with the newer payment whenever somebody else was quicker.
 */
export function conclude(
  payment: Payment,
  operation: Operation,
  outcome: Outcome,
  options: ConcludeOptions,
): Conclusion | undefined {
  const known = believable(operation, outcome);
  if (!operationMayBecome(operation.status, known.status)) return undefined;
  const moved: Operation = { ...operation, status: known.status, ...found(operation, known) };
  const ranOut = known.status === "DECLINED" && hasRunOut(payment, options.wallNow);
  const effect = ranOut ? letGoByBank(payment) : effects[operation.kind](payment, operation, known);
  const after = changed(payment, options.now, effect.change);
  const followUp = followUpOf(after, operation, options);
  return {
    payment: followUp === undefined ? after : { ...after, openOperations: 1 },
    operation: moved,
    postings: effect.postings ?? [],
    topic: effect.topic ?? "",
    followUp,
  };
}

/** That one of several sends was not executed says nothing of the others. */
function believable(operation: Operation, outcome: Outcome): Outcome {
  if (outcome.status !== "NOT_EXECUTED" || outcome.everySend === true || operation.sends <= 1) return outcome;
  return { status: "UNKNOWN", detail: outcome.detail };
}

function found(operation: Operation, outcome: Outcome): Pick<Operation, "bankReference" | "declineCode"> {
  const bankReference = "bankReference" in outcome ? outcome.bankReference : operation.bankReference;
  return { bankReference, declineCode: outcome.status === "DECLINED" ? outcome.code : "" };
}

/** Whether the bank has let the money of an authorization go by itself, as it said that it would. */
const hasRunOut = ({ state, authorizationExpiresAt }: Payment, wallNow: Date): boolean =>
  state === "AUTHORIZED" && authorizationExpiresAt !== undefined && authorizationExpiresAt <= wallNow;

function letGoByBank(payment: Payment): Effect {
  return {
    change: { ...ended(payment), state: "VOIDED", capturePending: 0n, voided: payment.authorized },
    postings: releasePostings(payment.authorized),
    topic: "payment.voided",
  };
}

interface Effect {
  readonly change: Partial<Payment>;
  readonly postings?: readonly Posting[];
  readonly topic?: string;
}

type Effects = Readonly<
  Record<Operation["kind"], (payment: Payment, operation: Operation, outcome: Outcome) => Effect>
>;

const effects: Effects = {
  AUTHORIZE(payment, { amount }, outcome) {
    switch (outcome.status) {
      case "SUCCEEDED":
        return {
          change: {
            state: "AUTHORIZED",
            authorized: amount,
            nextActionUrl: "",
            bankReference: outcome.bankReference,
            authorizationExpiresAt: outcome.expiresAt,
          },
          postings: authorizePostings(amount),
          topic: "payment.authorized",
        };
      case "DECLINED":
        return payment.voidWhenKnown && outcome.code === CANCELED
          ? { change: { state: "VOIDED", nextActionUrl: "" }, topic: "payment.voided" }
          : {
              change: { state: "DECLINED", nextActionUrl: "", declineCode: outcome.code },
              topic: "payment.declined",
            };
      case "NOT_EXECUTED":
        return { change: { state: "FAILED", nextActionUrl: "" }, topic: "payment.failed" };
      case "PENDING":
        return outcome.actionUrl === undefined
          ? { change: { bankReference: outcome.bankReference } }
          : {
              change: {
                state: "REQUIRES_ACTION",
                bankReference: outcome.bankReference,
                nextActionUrl: outcome.actionUrl,
              },
              topic: "payment.requires_action",
            };
      case "UNKNOWN":
        return { change: {} };
    }
  },
  CAPTURE(payment, { amount }, outcome) {
    switch (outcome.status) {
      case "SUCCEEDED":
        return {
          change: {
            ...ended(payment),
            state: "CAPTURED",
            captured: amount,
            capturePending: 0n,
            voided: payment.authorized - amount,
          },
          postings: capturePostings(payment, amount),
          topic: "payment.captured",
        };
      case "DECLINED":
      case "NOT_EXECUTED":
        return { change: { ...ended(payment), capturePending: 0n }, topic: "payment.capture_failed" };
      default:
        return { change: {} };
    }
  },
  VOID(payment, { amount }, outcome) {
    switch (outcome.status) {
      case "SUCCEEDED":
        return {
          change: { ...ended(payment), state: "VOIDED", voided: payment.voided + amount },
          postings: releasePostings(amount),
          topic: "payment.voided",
        };
      case "DECLINED":
        // The bank will say the same again: nothing is tried any more by itself.
        return { change: { ...ended(payment), voidWhenKnown: false }, topic: "payment.void_failed" };
      case "NOT_EXECUTED":
        return { change: ended(payment), topic: "payment.void_failed" };
      default:
        return { change: {} };
    }
  },
  REFUND(payment, { amount }, outcome) {
    const refundPending = payment.refundPending - amount;
    switch (outcome.status) {
      case "SUCCEEDED": {
        const refunded = payment.refunded + amount;
        const state = refunded === payment.captured ? "REFUNDED" : payment.state;
        return {
          change: { ...ended(payment), state, refunded, refundPending },
          postings: refundPostings(payment, amount),
          topic: "payment.refunded",
        };
      }
      case "DECLINED":
      case "NOT_EXECUTED":
        return { change: { ...ended(payment), refundPending }, topic: "payment.refund_failed" };
      default:
        return { change: {} };
    }
  },
};

const ended = (payment: Payment): Pick<Payment, "openOperations"> => ({ openOperations: payment.openOperations - 1 });

function followUpOf(payment: Payment, operation: Operation, options: ConcludeOptions): Operation | undefined {
  const wanted = payment.voidWhenKnown && payment.state === "AUTHORIZED" && payment.openOperations === 0;
  if (!wanted || operation.kind === "CAPTURE") return undefined;
  const stamp = { operationId: options.followUpId, requestId: "", now: options.now };
  return { ...operationOn(payment, "VOID", heldOn(payment), stamp), sends: 0 };
}
