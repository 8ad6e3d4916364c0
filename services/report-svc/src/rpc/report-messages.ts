import type { Timestamp } from "@staymesh/proto/google/protobuf/timestamp";
import { type Report, Report_Format, Report_State } from "@staymesh/proto/staymesh/report/v1/report";
import type { Report as DomainReport, Language, ReportFormat, ReportKind } from "../domain/report.ts";

/** A report as the contract tells it. */
export function reportMessage(report: DomainReport): Report {
  const document = report.state === "SUCCEEDED" ? report.document : undefined;
  return {
    name: `reports/${report.id}`,
    kind: kindMessage(report.subject),
    format: Report_Format[report.format],
    languageCode: report.language,
    state: Report_State[report.state],
    contentType: document?.contentType ?? "",
    sizeBytes: document?.sizeBytes ?? 0n,
    sha256: document?.sha256 ?? "",
    createTime: timestampOf(report.createTime),
    completeTime: "completeTime" in report ? timestampOf(report.completeTime) : undefined,
  };
}

/** What is ordered; the contract's rules have made sure that everything is there. */
export function orderOf(report: Report | undefined): {
  readonly subject: ReportKind;
  readonly format: ReportFormat;
  readonly language: Language;
} {
  if (report?.kind === undefined) throw new Error("a report without a kind has passed the rules of the contract");
  const { kind } = report;
  const subject: ReportKind =
    kind.$case === "bookingConfirmation"
      ? { kind: kind.$case, reservation: kind.value.reservation }
      : { kind: kind.$case, property: kind.value.property, month: kind.value.month };
  return {
    subject,
    format: report.format === Report_Format.CSV ? "CSV" : "PDF",
    language: report.languageCode === "de" ? "de" : "en",
  };
}

export function timestampOf(instant: Date): Timestamp {
  const ms = instant.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}

function kindMessage(subject: ReportKind): Report["kind"] {
  return subject.kind === "bookingConfirmation"
    ? { $case: subject.kind, value: { reservation: subject.reservation } }
    : { $case: subject.kind, value: { property: subject.property, month: subject.month } };
}
