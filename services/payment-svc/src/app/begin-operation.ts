import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Answer } from "../domain/answer.ts";
import type { Intent } from "../domain/intend.ts";
import type { Payment } from "../domain/payment.ts";
import { bankDeadline, leaseMs } from "./ask-bank.ts";
import type { Deps } from "./deps.ts";
import { granted, idsOf } from "./names.ts";
import type { Change, RequestKey } from "./ports.ts";
import { keptAnswer, needSame, repeatRequest } from "./repeat-request.ts";

/** What a request decides about a payment: an operation, an answer at once, or a change that is not yet an answer. */
export type Decided =
  | { readonly intent: Intent }
  | { readonly answer: Answer }
  | { readonly change: Payment | undefined };

export type Begun =
  /** With the moment up to which the bank may be asked. */
  | { readonly begun: "INTENT"; readonly intent: Intent; readonly deadlineMs: number }
  | { readonly begun: "CHANGED"; readonly payment: Payment }
  | { readonly begun: "ANSWERED"; readonly answer: Answer; readonly replayed: boolean };

const TRIES = 100;
/** What may be otherwise the next time is not kept. */
const passing: ReadonlySet<string> = new Set(["OPERATION_PENDING", "INVALID_REQUEST"]);

/** The first phase: takes the request id and writes the intent in one commit, decided on the payment as it is then. */
export async function beginOperation(
  deps: Deps,
  name: string,
  key: RequestKey,
  call: CallContext,
  decide: (payment: Payment) => Decided,
): Promise<Begun> {
  const [paymentId] = idsOf(name);
  const begun = await deps.turns.run(paymentId, () => tryToBegin(deps, paymentId, name, key, call, decide));
  if (begun !== undefined) return begun;
  // The turn is over by now: whoever the answer is waited for needs it.
  return { begun: "ANSWERED", answer: await repeatRequest(deps, key, call), replayed: true };
}

/** Undefined where the request id was taken and has no answer yet. */
async function tryToBegin(
  deps: Deps,
  paymentId: string,
  name: string,
  key: RequestKey,
  call: CallContext,
  decide: (payment: Payment) => Decided,
): Promise<Begun | undefined> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { claim, noted, payment } = await deps.store.open(key.partner, key.requestId, paymentId);
    if (claim !== undefined) {
      const answer = keptAnswer(claim, key);
      return answer === undefined ? undefined : { begun: "ANSWERED", answer, replayed: true };
    }
    if (noted !== undefined) needSame(noted, key);
    const known = granted(payment, name, call);
    const decided = decidedOrRefused(known, decide);
    // Before the change, so that nobody is told that such a request was never seen.
    if ("change" in decided) await deps.store.noteOpenRequest(key, known.id);
    const deadlineMs = bankDeadline(deps.bank, call.deadlineMs, Date.now());
    const committed = await deps.store.commit(changeOf(key, known, decided, leaseMs(deps.bank)));
    if (committed === "CLAIMED") return undefined;
    if (committed === "OK") return begunWith(known, decided, deadlineMs);
  }
  throw new Error(`payment ${paymentId} changed ${TRIES} times while an operation was begun`);
}

function decidedOrRefused(payment: Payment, decide: (payment: Payment) => Decided): Decided {
  try {
    return decide(payment);
  } catch (error) {
    if (!(error instanceof Refusal) || passing.has(error.reason)) throw error;
    const { reason, message, facts } = error;
    return { answer: { refusal: { reason, message, facts } } };
  }
}

function changeOf(key: RequestKey, before: Payment, decided: Decided, lease: number): Change {
  const paymentId = before.id;
  if ("answer" in decided) return { claim: { key, paymentId, answer: decided.answer } };
  if ("change" in decided) {
    return decided.change === undefined ? {} : { payment: decided.change, expected: before.version };
  }
  const { payment, operation } = decided.intent;
  return {
    claim: { key, paymentId, operationId: operation.id },
    payment,
    expected: before.version,
    opened: { operation, leaseMs: lease },
  };
}

function begunWith(before: Payment, decided: Decided, deadlineMs: number): Begun {
  if ("intent" in decided) return { begun: "INTENT", intent: decided.intent, deadlineMs };
  if ("answer" in decided) return { begun: "ANSWERED", answer: decided.answer, replayed: false };
  return { begun: "CHANGED", payment: decided.change ?? before };
}
