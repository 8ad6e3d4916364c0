import { createHash } from "node:crypto";
import { type BackgroundCall, type Clock, type Logger, principalOf } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { FailureCause, Report } from "../domain/report.ts";
import { afterFailure, countsAgainst, FAILURES_MAX } from "../domain/retry.ts";
import { gather } from "./gather.ts";
import { keepLease, LEASE_MS, LeaseLost } from "./keep-lease.ts";
import { type BlobStore, type Facts, type Renderer, RenderFailure, type WorkStore } from "./ports.ts";

export interface RunReportParts {
  readonly work: WorkStore;
  readonly facts: Facts;
  readonly renderer: Renderer;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Logger;
  /** Told of every report that a worker has begun. */
  readonly onEnd?: (end: ReportEnd) => void;
}

/** How the work on a report ended, for logs and metrics. */
export interface ReportEnd {
  readonly report: Report;
  readonly outcome: "SUCCEEDED" | "FAILED" | "RETRIED" | "LOST" | "STOPPED";
  readonly cause?: FailureCause;
  readonly cpuMs: number;
}

const unreachable = new Set(["DEPENDENCY_UNAVAILABLE", "DEADLINE_EXCEEDED", "OVERLOADED"]);

/**
 * Makes one report, if nobody else does. Called twice for the same report it does its work once; killed at any instant it leaves a lease
 * that dies by itself. `stop` gives the report back to be made elsewhere.
 */
export const runReport =
  (parts: RunReportParts) =>
  async (id: string, stop: AbortSignal): Promise<void> => {
    const { work } = parts;
    const token = parts.newId();
    const begun = await work.begin(id, token, LEASE_MS);
    if (begun === undefined) return;
    const { report, failures } = begun;
    // Whoever kills its workers has to be given up some day.
    if (failures >= FAILURES_MAX) return end(parts, token, report, failures, new Error("its workers were lost"));
    using lease = keepLease(work, id, token);
    const signal = AbortSignal.any([lease.signal, stop]);
    try {
      const cpuMs = await make(parts, token, report, signal);
      parts.onEnd?.({ report, outcome: cpuMs === undefined ? "LOST" : "SUCCEEDED", cpuMs: cpuMs ?? 0 });
    } catch (error) {
      if (lease.signal.aborted || error instanceof LeaseLost) {
        parts.onEnd?.({ report, outcome: "LOST", cpuMs: 0 });
      } else if (stop.aborted) {
        await work.giveBack(id, token, { afterMs: 0, failed: false });
        parts.onEnd?.({ report, outcome: "STOPPED", cpuMs: 0 });
      } else {
        await end(parts, token, report, failures, error);
      }
    }
  };

// Gives the processor time of the rendering, or undefined where the document came too late.
async function make(
  { facts, renderer, blobs, work, clock }: RunReportParts,
  token: string,
  report: Report,
  signal: AbortSignal,
): Promise<number | undefined> {
  const principal = principalOf({ partner: report.partner, properties: [report.propertyId] });
  const call: BackgroundCall = { principal, signal, requestId: report.id };
  const document = await renderer.render(await gather(facts, report, call), signal);
  // A key of this attempt's own, so that a worker that lost its lease overwrites nothing.
  const blobKey = `${token}-${report.id}`;
  await blobs.put(blobKey, document.bytes);
  const stored = {
    blobKey,
    contentType: document.contentType,
    sizeBytes: BigInt(document.bytes.length),
    sha256: createHash("sha256").update(document.bytes).digest("hex"),
  };
  if (await work.succeed(report.id, token, stored, clock())) return document.cpuMs;
  await blobs.remove(blobKey);
  return undefined;
}

async function end(
  { work, clock, log, onEnd }: RunReportParts,
  token: string,
  report: Report,
  failuresBefore: number,
  error: unknown,
): Promise<void> {
  const cause = causeOf(error);
  const failed = countsAgainst(cause);
  const failures = failuresBefore + (failed ? 1 : 0);
  const verdict = afterFailure(cause, { attempts: report.attempts, failures });
  const fields = { report: report.id, attempts: report.attempts, cause, err: error };
  if ("giveUp" in verdict) {
    await work.fail(report.id, token, verdict.giveUp, clock());
    log.error(fields, "a report could not be made");
    onEnd?.({ report, outcome: "FAILED", cause, cpuMs: 0 });
    return;
  }
  await work.giveBack(report.id, token, { afterMs: verdict.retryAfterMs, failed });
  log.warn(fields, "a report is tried again");
  onEnd?.({ report, outcome: "RETRIED", cause, cpuMs: 0 });
}

function causeOf(error: unknown): FailureCause {
  if (error instanceof RenderFailure) return error.failure;
  if (!(error instanceof Refusal)) return "FAULT";
  if (unreachable.has(error.reason)) return "DEPENDENCY_UNAVAILABLE";
  return error.reason === "NOT_FOUND" ? "NOT_FOUND" : "REFUSED";
}
