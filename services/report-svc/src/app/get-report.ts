import type { CallContext } from "@staymesh/service-kit";
import type { Report } from "../domain/report.ts";
import { requireReport } from "./access.ts";
import type { ReportStore } from "./ports.ts";

/** Reads one report. */
export const getReport =
  ({ reports }: { readonly reports: ReportStore }) =>
  (name: string, call: CallContext): Promise<Report> =>
    requireReport(reports, name, call.principal);
