import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import {
  formatsOf,
  type Language,
  propertyIdOf,
  type Report,
  type ReportFormat,
  type ReportKind,
} from "../domain/report.ts";
import { requireGrant } from "./access.ts";
import type { Facts, JobQueue, ReportStore } from "./ports.ts";
import { keyOf, refused, repeated, surelyRepeated } from "./repeat.ts";

export interface ReportOrder {
  readonly subject: ReportKind;
  readonly format: ReportFormat;
  readonly language: Language;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

export interface CreateReportParts {
  readonly reports: ReportStore;
  readonly queue: JobQueue;
  readonly facts: Facts;
  readonly newId: () => string;
  readonly waitingMax: number;
}

// These stay true for the same request, so that they are its answer for good.
const lasting = new Set(["FORMAT_NOT_OFFERED", "NOT_FOUND"]);
const RETRY_AFTER_MS = 5000;

/** Accepts a report: its row is committed first, and then a worker is woken. Bad orders are refused at once, not by the worker. */
export const createReport =
  (parts: CreateReportParts) =>
  async (order: ReportOrder, call: CallContext): Promise<Report> => {
    const { reports, queue, waitingMax } = parts;
    const propertyId = propertyIdOf(order.subject);
    requireGrant(call.principal, propertyId);
    const key = keyOf(order.requestId, propertyId, call);
    if (!order.validateOnly) {
      const earlier = await repeated(reports, key, call);
      if (earlier !== undefined) return earlier;
    }
    try {
      await check(parts.facts, order, call);
    } catch (error) {
      if (order.validateOnly || !(error instanceof Refusal) || !lasting.has(error.reason)) throw error;
      return refused(reports, key, error, call);
    }
    const report: Report = {
      id: parts.newId(),
      partner: call.principal.partner,
      propertyId,
      subject: order.subject,
      format: order.format,
      language: order.language,
      createTime: call.now,
      attempts: 0,
      state: "QUEUED",
    };
    if (order.validateOnly) {
      if ((await reports.countWaiting(report.partner)) >= waitingMax) throw queueFull(waitingMax);
      return report;
    }
    const outcome = await reports.accept(report, key, waitingMax);
    if (outcome === "FULL") throw queueFull(waitingMax);
    if (outcome === "REPEATED") return surelyRepeated(reports, key, call);
    await queue.put([report.id]);
    return report;
  };

async function check(facts: Facts, { subject, format }: ReportOrder, call: CallContext): Promise<void> {
  const offered = formatsOf(subject.kind);
  if (!offered.includes(format)) {
    const formats = offered.join(" and ");
    throw new Refusal("FORMAT_NOT_OFFERED", `This report comes as ${formats} only.`, {
      format,
      offered: offered.join(","),
    });
  }
  if (subject.kind === "bookingConfirmation") await facts.checkReservation(subject.reservation, call);
  else await facts.checkProperty(subject.property, call);
}

function queueFull(waitingMax: number): Refusal {
  const facts = { limit: `${waitingMax}` };
  return new Refusal("QUEUE_FULL", `At most ${waitingMax} reports of a partner may wait at once.`, facts, {
    retryAfterMs: RETRY_AFTER_MS,
  });
}
