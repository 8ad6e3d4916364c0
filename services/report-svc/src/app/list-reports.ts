import type { CallContext } from "@staymesh/service-kit";
import type { Report } from "../domain/report.ts";
import { readPageToken, writePageToken } from "./page-token.ts";
import type { ReportStore } from "./ports.ts";

export interface ReportPage {
  readonly reports: readonly Report[];
  readonly nextPageToken: string;
}

const PAGE_SIZE = 50;
const PAGE_SIZE_MAX = 500;
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Lists the caller's reports about properties that its key has a grant for, newest first. */
export const listReports =
  ({ reports }: { readonly reports: ReportStore }) =>
  async (query: { readonly pageSize: number; readonly pageToken: string }, call: CallContext): Promise<ReportPage> => {
    const { partner, properties } = call.principal;
    const scope = [partner, ...[...properties].sort()];
    const after = readPageToken(query.pageToken, scope, idPattern);
    const size = query.pageSize === 0 ? PAGE_SIZE : Math.min(query.pageSize, PAGE_SIZE_MAX);
    const found = await reports.list(partner, properties, after, size + 1);
    const page = found.slice(0, size);
    const last = page.at(-1);
    const nextPageToken = found.length > size && last !== undefined ? writePageToken(last.id, scope) : "";
    return { reports: page, nextPageToken };
  };
