import type { BackgroundCall } from "@staymesh/service-kit";
import { monthFigures } from "../domain/month-figures.ts";
import type { Report } from "../domain/report.ts";
import type { DocumentOrder, Facts } from "./ports.ts";

/** Asks the other services for everything that a report tells. */
export async function gather(facts: Facts, report: Report, call: BackgroundCall): Promise<DocumentOrder> {
  const { subject, language } = report;
  if (subject.kind === "bookingConfirmation") {
    return { document: "bookingConfirmationPdf", language, booking: await facts.booking(subject.reservation, call) };
  }
  const property = await facts.property(subject.property, call);
  const figures = await monthFigures(subject.month, facts.stays(subject.property, subject.month, call));
  const performance = { property, figures, asOf: report.createTime };
  return report.format === "CSV"
    ? { document: "monthlyPerformanceCsv", performance }
    : { document: "monthlyPerformancePdf", language, performance };
}
