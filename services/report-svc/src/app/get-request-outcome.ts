import { type CallContext, needGrantFor } from "@staymesh/service-kit";
import type { ReportStore, StoredAnswer } from "./ports.ts";

/** What the caller's write of that request id was answered with; undefined where none is kept. Every write here is answered at once. */
export const getRequestOutcome =
  ({ reports }: { readonly reports: ReportStore }) =>
  async (requestId: string, call: CallContext): Promise<StoredAnswer | undefined> => {
    const stored = await reports.findAnswer(call.principal.partner, requestId.toLowerCase());
    if (stored !== undefined) needGrantFor(stored.property, call.principal);
    return stored;
  };
