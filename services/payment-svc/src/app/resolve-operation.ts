import type { Outcome } from "../domain/outcome.ts";
import type { Payment } from "../domain/payment.ts";
import { bankDeadline, leaseMs } from "./ask-bank.ts";
import { type Concluded, concludeOperation, type Known } from "./conclude-operation.ts";
import type { Deps } from "./deps.ts";
import type { Leased } from "./ports.ts";
import { nextAskMs } from "./schedule.ts";

/** How often an operation is sent by itself before only "not found" can end it. */
const SENDS_MAX = 3;

interface Found extends Pick<Known, "outcome" | "evidence"> {
  readonly sent?: number;
}

/** Looks for evidence of how an operation in our care ended, and writes down what it shows. */
export async function resolveOperation(deps: Deps, leased: Leased, deadlineMs: number): Promise<Concluded | undefined> {
  const { operation } = leased;
  const payment = await deps.store.findPayment(operation.partner, operation.paymentId);
  if (payment === undefined) return undefined;
  const bankDeadlineMs = bankDeadline(deps.bank, deadlineMs, Date.now());
  const found = await findEvidence(deps, payment, leased, bankDeadlineMs);
  const { outcome, evidence } = found;
  const unreached = outcome.status === "UNKNOWN" || outcome.status === "NOT_EXECUTED";
  const dueMs = nextAskMs({ asked: leased.asked, ageMs: leased.sinceStartMs, unreached, random: deps.random() });
  const now = deps.wallClock();
  const current = found.sent === undefined ? operation : { ...operation, sends: found.sent };
  return concludeOperation(deps, payment, current, { outcome, evidence, now, dueMs });
}

/** Takes an operation into our care, if nobody has it, and resolves it. */
export async function resolveIfFree(
  deps: Deps,
  operationId: string,
  deadlineMs: number,
  notAskedForMs: number,
): Promise<Concluded | undefined> {
  const leased = await deps.store.leaseOne(operationId, leaseMs(deps.bank), notAskedForMs);
  return leased === undefined ? undefined : resolveOperation(deps, leased, deadlineMs);
}

async function findEvidence(deps: Deps, payment: Payment, leased: Leased, deadlineMs: number): Promise<Found> {
  const { bank } = deps;
  const { operation } = leased;
  // Opened by the service itself and never sent: there is nothing to ask about yet.
  if (operation.sends === 0) return send(deps, payment, leased, deadlineMs, "SYNC_RESPONSE");
  if (operation.kind === "AUTHORIZE" && payment.voidWhenKnown && bank.canAbandon) {
    return { outcome: await bank.abandon(payment, operation, deadlineMs), evidence: "STATUS_QUERY" };
  }
  const answer = await bank.query(payment, operation, deadlineMs);
  if (answer.status !== "NOT_FOUND") return { outcome: answer, evidence: "STATUS_QUERY" };
  const { notFoundFinalAfterMs } = bank;
  if (notFoundFinalAfterMs !== undefined && leased.sinceSentMs >= notFoundFinalAfterMs) {
    return {
      outcome: { status: "NOT_EXECUTED", detail: "not found", everySend: true },
      evidence: "STATUS_QUERY",
    };
  }
  const inWindow = leased.sinceStartMs < bank.idempotencyWindowMs;
  if (inWindow && operation.sends < SENDS_MAX) return send(deps, payment, leased, deadlineMs, "REPLAY_SAME_KEY");
  return { outcome: unknown("not found yet"), evidence: "STATUS_QUERY" };
}

async function send(
  deps: Deps,
  payment: Payment,
  { operation, sealedToken }: Leased,
  deadlineMs: number,
  evidence: Found["evidence"],
): Promise<Found> {
  const token = sealedToken === undefined ? "" : deps.vault.unseal(payment.id, sealedToken);
  if (token === undefined || (token === "" && operation.kind === "AUTHORIZE")) {
    return { outcome: unknown("the token cannot be read"), evidence };
  }
  if (!(await deps.store.markSent(operation))) return { outcome: unknown("moved meanwhile"), evidence };
  const outcome: Outcome = await deps.bank.send(payment, operation, token, deadlineMs);
  return { outcome, evidence, sent: operation.sends + 1 };
}

const unknown = (detail: string): Outcome => ({ status: "UNKNOWN", detail });
