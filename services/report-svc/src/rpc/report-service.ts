import { ReportServiceService } from "@staymesh/proto/staymesh/report/v1/report";
import { type Handlers, type Implementation, implement } from "@staymesh/service-kit";
import { cancelOperation } from "../app/cancel-operation.ts";
import { type CreateReportParts, createReport } from "../app/create-report.ts";
import { type DownloadReportParts, downloadReport } from "../app/download-report.ts";
import { getOperation } from "../app/get-operation.ts";
import { getReport } from "../app/get-report.ts";
import { listReports } from "../app/list-reports.ts";
import { operationMessage } from "./operation-messages.ts";
import { orderOf, reportMessage } from "./report-messages.ts";

type Parts = CreateReportParts & DownloadReportParts;

/** staymesh.report.v1.ReportService, ready to be served. */
export function reportService(parts: Parts): Implementation {
  return implement(ReportServiceService, reportHandlers(parts));
}

/** The function behind each of its methods. */
export function reportHandlers(parts: Parts): Handlers<typeof ReportServiceService> {
  const create = createReport(parts);
  const get = getReport(parts);
  const list = listReports(parts);
  const download = downloadReport(parts);
  const operation = getOperation(parts);
  const cancel = cancelOperation(parts);
  return {
    createReport: async ({ report, requestId, validateOnly }, call) =>
      operationMessage(await create({ ...orderOf(report), requestId, validateOnly }, call)),
    getReport: async ({ name }, call) => reportMessage(await get(name, call)),
    listReports: async (query, call) => {
      const { reports, nextPageToken } = await list(query, call);
      return { reports: reports.map(reportMessage), nextPageToken };
    },
    async *downloadReport({ name }, call) {
      const { contentType, pieces } = await download(name, call);
      for await (const data of pieces) yield { contentType, data, extensions: [] };
    },
    getOperation: async ({ name }, call) => operationMessage(await operation(name, call)),
    cancelOperation: async (request, call) => operationMessage(await cancel(request, call)),
  };
}
