import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import { isDone, type Report } from "../domain/report.ts";
import { requireReport } from "./access.ts";
import type { ReportStore } from "./ports.ts";
import { keyOf, refused, repeated, surelyRepeated } from "./repeat.ts";

export interface Cancellation {
  readonly name: string;
  readonly requestId: string;
  readonly validateOnly: boolean;
}

/** Gives up a report. A worker that is making it loses its lease with the same statement, and kills the rendering within moments. */
export const cancelOperation =
  ({ reports }: { readonly reports: ReportStore }) =>
  async ({ name, requestId, validateOnly }: Cancellation, call: CallContext): Promise<Report> => {
    const report = await requireReport(reports, name, call.principal);
    if (validateOnly) {
      if (isDone(report)) throw hasEnded(name);
      return { ...report, state: "CANCELLED", completeTime: call.now };
    }
    const key = keyOf(requestId, report.propertyId, call);
    const earlier = await repeated(reports, key, call);
    if (earlier !== undefined) return earlier;
    const outcome = await reports.cancel(report.id, key, call.now);
    if (outcome === "REPEATED") return surelyRepeated(reports, key, call);
    if (outcome !== "ENDED") return outcome;
    // An equal request may have ended it a moment ago, and then its answer is ours.
    return refused(reports, key, hasEnded(name), call);
  };

function hasEnded(name: string): Refusal {
  return new Refusal("OPERATION_DONE", "The operation has ended.", { name });
}
