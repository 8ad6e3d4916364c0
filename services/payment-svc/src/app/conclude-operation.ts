import { type Answer, type Ending, endingOf } from "../domain/answer.ts";
import { conclude } from "../domain/conclude.ts";
import { hasEnded, type Operation } from "../domain/operation.ts";
import type { Evidence, Outcome } from "../domain/outcome.ts";
import type { Payment } from "../domain/payment.ts";
import type { Deps } from "./deps.ts";

/** How an operation stands after an outcome was written down. */
export interface Concluded {
  readonly payment: Payment;
  readonly operation: Operation;
  /** The void that follows by itself. */
  readonly followUp: Operation | undefined;
}

export interface Known {
  readonly outcome: Outcome;
  readonly evidence: Evidence;
  readonly now: Date;
  /** When it is asked about next, should it stay open. */
  readonly dueMs: number;
}

const TRIES = 50;
/** A void that the service opened and the bank did not get is tried again after this. */
const RETRY_VOID_MS = 3000;

/** Writes an outcome with everything that follows from it in one commit; decides anew where somebody else was quicker. */
export function concludeOperation(
  deps: Deps,
  payment: Payment,
  operation: Operation,
  known: Known,
): Promise<Concluded> {
  return deps.turns.run(payment.id, async () => {
    let current = { payment, operation };
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const done = await tryOnce(deps, current.payment, current.operation, known);
      if (done !== undefined) return done;
      current = await reread(deps, current.payment, current.operation);
      if (hasEnded(current.operation)) return { ...current, followUp: undefined };
    }
    throw new Error(`operation ${operation.id} changed ${TRIES} times while its outcome was written`);
  });
}

async function tryOnce(
  deps: Deps,
  payment: Payment,
  operation: Operation,
  known: Known,
): Promise<Concluded | undefined> {
  const { outcome, evidence, now, dueMs } = known;
  const conclusion = conclude(payment, operation, outcome, {
    now,
    wallNow: deps.wallClock(),
    followUpId: deps.newId(),
  });
  if (conclusion === undefined) {
    if (!hasEnded(operation)) await deps.store.reschedule(operation, dueMs);
    return { payment, operation, followUp: undefined };
  }
  const { followUp } = conclusion;
  const ending = endingOf(conclusion);
  const moved = {
    before: operation,
    after: conclusion.operation,
    evidence,
    detail: detailOf(outcome),
    dueMs: hasEnded(conclusion.operation) ? undefined : dueMs,
  };
  const again = operation.kind === "VOID" ? RETRY_VOID_MS : 0;
  const committed = await deps.store.commit({
    payment: conclusion.payment,
    expected: payment.version,
    moved,
    postings: { journalId: operation.id, rows: conclusion.postings },
    topic: conclusion.topic,
    ...kept(ending),
    ...(followUp === undefined ? {} : { opened: { operation: followUp, dueMs: again } }),
  });
  if (committed !== "OK") return undefined;
  return { payment: conclusion.payment, operation: conclusion.operation, followUp };
}

function kept(ending: Ending | undefined): { answer?: Answer; release?: boolean } {
  if (ending === undefined) return {};
  return "keep" in ending ? { answer: ending.keep } : { release: true };
}

async function reread(deps: Deps, payment: Payment, operation: Operation): Promise<Omit<Concluded, "followUp">> {
  const [newer, moved] = await Promise.all([
    deps.store.findPayment(payment.partner, payment.id),
    deps.store.findOperation(payment.partner, operation.id),
  ]);
  if (newer === undefined || moved === undefined) throw new Error(`payment ${payment.id} is gone`);
  return { payment: newer, operation: moved.operation };
}

function detailOf(outcome: Outcome): string {
  if ("detail" in outcome) return outcome.detail.slice(0, 200);
  return outcome.status === "DECLINED" ? outcome.code : "";
}
