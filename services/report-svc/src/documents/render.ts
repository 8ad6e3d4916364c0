import type { DocumentOrder, RenderedDocument } from "../app/ports.ts";
import { bookingView } from "./booking-confirmation.ts";
import { createCompiler } from "./compiler.ts";
import { loadFonts } from "./fonts.ts";
import { monthlyCsv } from "./monthly-csv.ts";
import { monthlyView } from "./monthly-performance.ts";
import { printableBy } from "./printable.ts";

/** A document before it is known what it cost. */
export type Document = Omit<RenderedDocument, "cpuMs">;

export type Render = (order: DocumentOrder) => Document;

/** Builds the renderer: fonts, templates and compiler stay warm in it. Rendering is synchronous and heavy: give it a process of its own. */
export function createRender(): Render {
  const fonts = loadFonts();
  const printable = printableBy(fonts.covers);
  const compiler = createCompiler(fonts);
  const pdf = (template: string, view: object, date: Date): Document => ({
    contentType: "application/pdf",
    bytes: compiler.compile(template, view, date),
  });
  return (order) => {
    switch (order.document) {
      case "bookingConfirmationPdf": {
        const view = bookingView(order.booking, order.language, printable);
        return pdf("booking-confirmation", view, order.booking.updateTime);
      }
      case "monthlyPerformancePdf": {
        const view = monthlyView(order.performance, order.language, printable);
        return pdf("monthly-performance", view, order.performance.asOf);
      }
      case "monthlyPerformanceCsv":
        return { contentType: "text/csv; charset=utf-8", bytes: monthlyCsv(order.performance) };
    }
  };
}
