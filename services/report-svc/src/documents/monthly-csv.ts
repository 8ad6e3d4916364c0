import { stringify } from "csv-stringify/sync";
import type { Performance } from "../domain/performance.ts";

const columns = [
  "property",
  "month",
  "room_nights",
  "room_revenue_minor",
  "adr_minor",
  "occupancy_percent",
  "arrivals",
  "cancellations",
  "no_shows",
] as const;

/**
 * A month as CSV in UTF-8 with CRLF, as RFC 4180 has it: a header and exactly one row for the property. Amounts are whole minor units of
 * the property's currency; the ADR is revenue by room night, rounded half up; the occupancy is room nights by capacity nights in percent
 * with two decimals, rounded half up, and 0.00 where there was no capacity. Texts that a spreadsheet would take for a formula are
 * disarmed.
 */
export function monthlyCsv({ property, figures: { month, total } }: Performance): Buffer {
  const row = [
    property.name,
    month,
    total.roomNights,
    total.revenueMinor,
    total.adrMinor,
    (total.occupancyBasisPoints / 100).toFixed(2),
    total.arrivals,
    total.cancellations,
    total.noShows,
  ];
  return Buffer.from(stringify([columns, row], { record_delimiter: "\r\n", escape_formulas: true }), "utf8");
}
