import type { Report as Row } from "../../generated/prisma/client.ts";
import type { Report, ReportKind } from "../domain/report.ts";

/** A row as the report that it keeps. The table's checks hold what is taken for granted here. */
export function reportOf(row: Row): Report {
  const ordered = {
    id: row.id,
    partner: row.partner,
    propertyId: row.propertyId,
    subject: subjectOf(row),
    format: known(row.format, ["PDF", "CSV"]),
    language: known(row.language, ["en", "de"]),
    createTime: row.createTime,
    attempts: row.attempts,
  };
  const state = known(row.state, ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]);
  if (state === "QUEUED" || state === "RUNNING") return { ...ordered, state };
  const completeTime = present(row.completeTime, "complete_time");
  switch (state) {
    case "SUCCEEDED":
      return {
        ...ordered,
        state,
        completeTime,
        document: {
          blobKey: present(row.blobKey, "blob_key"),
          contentType: present(row.contentType, "content_type"),
          sizeBytes: present(row.sizeBytes, "size_bytes"),
          sha256: present(row.sha256, "sha256"),
        },
      };
    case "FAILED":
      return {
        ...ordered,
        state,
        completeTime,
        cause: known(row.failureCause ?? "", [
          "NOT_FOUND",
          "REFUSED",
          "DEPENDENCY_UNAVAILABLE",
          "TIMED_OUT",
          "OUT_OF_MEMORY",
          "FAULT",
        ]),
      };
    case "CANCELLED":
      return { ...ordered, state, completeTime };
  }
}

function subjectOf(row: Row): ReportKind {
  const kind = known(row.kind, ["bookingConfirmation", "monthlyPerformance"]);
  return kind === "bookingConfirmation"
    ? { kind, reservation: row.subject }
    : { kind, property: row.subject, month: present(row.month, "month") };
}

function known<const T extends string>(value: string, values: readonly T[]): T {
  const found = values.find((each) => each === value);
  if (found === undefined) throw new Error(`a report's row holds ${value}, which is none of ${values.join(", ")}`);
  return found;
}

function present<T>(value: T | null, column: string): T {
  if (value === null) throw new Error(`a report's row lacks ${column}`);
  return value;
}
