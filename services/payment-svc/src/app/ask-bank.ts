import { setTimeout as delay } from "node:timers/promises";
import type { Operation } from "../domain/operation.ts";
import type { Outcome } from "../domain/outcome.ts";
import type { Payment } from "../domain/payment.ts";
import type { BankPort } from "./ports.ts";

/** What a call keeps back for writing the result down and telling it. */
const KEPT_BACK_MS = 600;
const LEAST_MS = 200;
const pauses = [100, 300, 700] as const;

/**
 * How long the bank may take, out of what is left of a call, counted from before the intent is written: a process that sleeps after
 * that finds its time over, since by then others may have found out that nothing had happened.
 */
export function bankDeadline(bank: BankPort, callDeadlineMs: number, nowMs: number): number {
  const left = Math.max(LEAST_MS, callDeadlineMs - nowMs - KEPT_BACK_MS);
  return nowMs + Math.min(left, bank.timeoutMs);
}

/** How long a caller looks after an operation that it is about to send. */
export const leaseMs = (bank: BankPort): number => bank.timeoutMs + 1500;

/** Sends an operation; where the bank could not be reached at all nothing can have happened, so that it may be sent again. */
export async function askBank(
  bank: BankPort,
  payment: Payment,
  operation: Operation,
  token: string,
  deadlineMs: number,
): Promise<Outcome> {
  let outcome = await bank.send(payment, operation, token, deadlineMs);
  for (const pause of pauses) {
    const reached = outcome.status !== "NOT_EXECUTED" || outcome.unreached !== true;
    if (reached || Date.now() + pause >= deadlineMs) return outcome;
    await delay(pause);
    outcome = await bank.send(payment, operation, token, deadlineMs);
  }
  return outcome;
}
