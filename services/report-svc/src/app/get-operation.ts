import type { CallContext } from "@staymesh/service-kit";
import type { Report } from "../domain/report.ts";
import { requireReport } from "./access.ts";
import type { ReportStore } from "./ports.ts";

/** Reads the report that an operation makes: the two have the same id. */
export const getOperation =
  ({ reports }: { readonly reports: ReportStore }) =>
  (name: string, call: CallContext): Promise<Report> =>
    requireReport(reports, name, call.principal);
