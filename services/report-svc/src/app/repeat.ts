import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Report } from "../domain/report.ts";
import type { ReportStore, RequestKey } from "./ports.ts";

/** Under which key a write is known. */
export function keyOf(requestId: string, property: string, call: CallContext): RequestKey {
  return {
    partner: call.principal.partner,
    requestId: requestId.toLowerCase(),
    fingerprint: call.fingerprint,
    method: call.method.fullName,
    property,
  };
}

/** The answer that the same request got before, as a report or a refusal; undefined where it is new. */
export async function repeated(reports: ReportStore, key: RequestKey, call: CallContext): Promise<Report | undefined> {
  const answer = await reports.findAnswer(key.partner, key.requestId);
  if (answer === undefined) return undefined;
  if (Buffer.compare(answer.fingerprint, key.fingerprint) !== 0) {
    throw new Refusal("IDEMPOTENCY_KEY_REUSED", "The request id was used for another request.");
  }
  call.setHeader("idempotent-replayed", "true");
  if ("refusal" in answer.outcome) throw answer.outcome.refusal;
  return answer.outcome.report;
}

/** As repeated(), where the store has just said that there is an answer. */
export async function surelyRepeated(reports: ReportStore, key: RequestKey, call: CallContext): Promise<Report> {
  const report = await repeated(reports, key, call);
  if (report !== undefined) return report;
  throw new Refusal("IDEMPOTENCY_IN_PROGRESS", "The same request is still at work.", {}, { retryAfterMs: 1000 });
}

/** Refuses, and keeps that as the request's answer. An equal request that was answered meanwhile has given the answer for both. */
export async function refused(
  reports: ReportStore,
  key: RequestKey,
  refusal: Refusal,
  call: CallContext,
): Promise<Report> {
  if ((await reports.refuse(key, refusal)) === "REFUSED") throw refusal;
  return surelyRepeated(reports, key, call);
}
