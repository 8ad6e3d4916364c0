import type { Operation } from "@staymesh/proto/google/longrunning/operations";
import type { Any } from "@staymesh/proto/google/protobuf/any";
import { Code } from "@staymesh/proto/google/rpc/code";
import { ErrorInfo } from "@staymesh/proto/google/rpc/error_details";
import type { Status } from "@staymesh/proto/google/rpc/status";
import { CreateReportMetadata, Report, Report_State } from "@staymesh/proto/staymesh/report/v1/report";
import type { Report as DomainReport, FailureCause } from "../domain/report.ts";
import { reportMessage, timestampOf } from "./report-messages.ts";

const sentences: Readonly<Record<FailureCause, string>> = {
  NOT_FOUND: "What the report is about is no longer there.",
  REFUSED: "A service that knows the facts refused to tell them.",
  DEPENDENCY_UNAVAILABLE: "A service that knows the facts could not be reached for a long time.",
  TIMED_OUT: "The document took too long to make.",
  OUT_OF_MEMORY: "The document took too much memory to make.",
  FAULT: "Something failed on our side.",
};

/** A report as the operation that makes it. */
export function operationMessage(report: DomainReport): Operation {
  return {
    name: `operations/${report.id}`,
    metadata: packed("CreateReportMetadata", CreateReportMetadata.encode(metadataOf(report)).finish()),
    done: report.state !== "QUEUED" && report.state !== "RUNNING",
    result: resultOf(report),
  };
}

function resultOf(report: DomainReport): Operation["result"] {
  switch (report.state) {
    case "SUCCEEDED":
      return { $case: "response", value: packed("Report", Report.encode(reportMessage(report)).finish()) };
    case "FAILED":
      return { $case: "error", value: failed(report.cause) };
    case "CANCELLED":
      return { $case: "error", value: { code: Code.CANCELLED, message: "The operation was cancelled.", details: [] } };
    default:
      return undefined;
  }
}

function failed(cause: FailureCause): Status {
  const info = ErrorInfo.encode({ reason: "REPORT_FAILED", domain: "staymesh.io", metadata: { cause } }).finish();
  return {
    code: Code.FAILED_PRECONDITION,
    message: sentences[cause],
    details: [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value: Buffer.from(info) }],
  };
}

function metadataOf(report: DomainReport): CreateReportMetadata {
  return {
    report: `reports/${report.id}`,
    state: Report_State[report.state],
    createTime: timestampOf(report.createTime),
    attempts: report.attempts,
  };
}

function packed(name: string, bytes: Uint8Array): Any {
  return { typeUrl: `type.googleapis.com/staymesh.report.v1.${name}`, value: Buffer.from(bytes) };
}
