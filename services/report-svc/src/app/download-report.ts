import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import { fileNameOf, type Report } from "../domain/report.ts";
import { requireReport } from "./access.ts";
import type { BlobStore, ReportStore } from "./ports.ts";

export interface Download {
  readonly contentType: string;
  readonly pieces: AsyncIterable<Buffer>;
}

export interface DownloadReportParts {
  readonly reports: ReportStore;
  readonly blobs: BlobStore;
}

/** Opens a report's document, with the name and the entity tag that a browser is told. */
export const downloadReport =
  ({ reports, blobs }: DownloadReportParts) =>
  async (name: string, call: CallContext): Promise<Download> => {
    const report = await requireReport(reports, name, call.principal);
    if (report.state !== "SUCCEEDED") throw refusalOf(report);
    const pieces = await blobs.open(report.document.blobKey);
    if (pieces === undefined) {
      call.log.error({ report: report.id }, "the document of a report is gone");
      throw new Refusal("REPORT_FAILED", "The document is no longer kept.", { cause: "GONE" });
    }
    call.setHeader("content-disposition", `attachment; filename="${fileNameOf(report)}"`);
    call.setHeader("etag", `"${report.document.sha256}"`);
    return { contentType: report.document.contentType, pieces };
  };

function refusalOf(report: Exclude<Report, { readonly state: "SUCCEEDED" }>): Refusal {
  switch (report.state) {
    case "FAILED":
      return new Refusal("REPORT_FAILED", "The report could not be made.", { cause: report.cause });
    case "CANCELLED":
      return new Refusal("REPORT_FAILED", "The report was cancelled.", { cause: "CANCELLED" });
    default:
      return new Refusal("REPORT_NOT_READY", "The document is not there yet.", { state: report.state });
  }
}
