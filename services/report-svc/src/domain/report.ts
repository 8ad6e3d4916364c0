import type { Month } from "./month.ts";

export type ReportFormat = "PDF" | "CSV";
export type Language = "en" | "de";
export type ReportState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What a report tells, and of what. */
export type ReportKind =
  | { readonly kind: "bookingConfirmation"; readonly reservation: string }
  | { readonly kind: "monthlyPerformance"; readonly property: string; readonly month: Month };

/** Why a report could not be made: a word for machines that names no person. */
export type FailureCause = "NOT_FOUND" | "REFUSED" | "DEPENDENCY_UNAVAILABLE" | "TIMED_OUT" | "OUT_OF_MEMORY" | "FAULT";

/** The document that a report has become. */
export interface StoredDocument {
  readonly blobKey: string;
  readonly contentType: string;
  readonly sizeBytes: bigint;
  readonly sha256: string;
}

interface Ordered {
  readonly id: string;
  readonly partner: string;
  /** The id of the property that it is about. */
  readonly propertyId: string;
  readonly subject: ReportKind;
  readonly format: ReportFormat;
  readonly language: Language;
  readonly createTime: Date;
  /** How often a worker has begun it. */
  readonly attempts: number;
}

/** A document that was asked for, and how far it has come. Its operation is the same thing seen from another side. */
export type Report = Ordered &
  (
    | { readonly state: "QUEUED" | "RUNNING" }
    | { readonly state: "SUCCEEDED"; readonly completeTime: Date; readonly document: StoredDocument }
    | { readonly state: "FAILED"; readonly completeTime: Date; readonly cause: FailureCause }
    | { readonly state: "CANCELLED"; readonly completeTime: Date }
  );

const offered: Readonly<Record<ReportKind["kind"], readonly ReportFormat[]>> = {
  bookingConfirmation: ["PDF"],
  monthlyPerformance: ["PDF", "CSV"],
};

/** The formats in which a kind of report comes. */
export function formatsOf(kind: ReportKind["kind"]): readonly ReportFormat[] {
  return offered[kind];
}

/** The id of the property that a report is about. */
export function propertyIdOf(subject: ReportKind): string {
  const name = subject.kind === "bookingConfirmation" ? subject.reservation : subject.property;
  return name.split("/")[1] ?? "";
}

/** Whether nothing will change any more. */
export function isDone(report: Report): boolean {
  return report.state !== "QUEUED" && report.state !== "RUNNING";
}

/** The name that a person's computer gives the file; it names no guest. */
export function fileNameOf(report: Report): string {
  const extension = report.format.toLowerCase();
  return report.subject.kind === "bookingConfirmation"
    ? `booking-${report.subject.reservation.split("/").at(-1)}.${extension}`
    : `monthly-performance-${report.propertyId}-${report.subject.month}.${extension}`;
}
