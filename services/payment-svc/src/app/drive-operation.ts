import type { CallContext } from "@staymesh/service-kit";
import { type Answer, endingOf } from "../domain/answer.ts";
import type { Intent } from "../domain/intend.ts";
import { askBank } from "./ask-bank.ts";
import { concludeOperation } from "./conclude-operation.ts";
import type { Deps } from "./deps.ts";
import { nextAskMs } from "./schedule.ts";

/** The second and third phase of an operation: asks the bank with no transaction open, then writes down what it said. */
export async function driveOperation(
  deps: Deps,
  { payment, operation }: Intent,
  token: string,
  deadlineMs: number,
  call: CallContext,
): Promise<Answer> {
  const outcome = await askBank(deps.bank, payment, operation, token, deadlineMs);
  if (outcome.status === "UNKNOWN") {
    call.log.warn({ operation: operation.id, detail: outcome.detail }, "the outcome at the bank is not known");
  }
  const dueMs = nextAskMs({ asked: 1, ageMs: 0, unreached: false, random: deps.random() });
  const concluded = await concludeOperation(deps, payment, operation, {
    outcome,
    evidence: "SYNC_RESPONSE",
    now: call.now,
    dueMs,
  });
  const ending = endingOf(concluded);
  if (ending !== undefined) return "keep" in ending ? ending.keep : ending.release;
  return operation.kind === "REFUND" ? { refund: concluded.operation } : { payment: concluded.payment };
}
