import type { CallContext } from "@staymesh/service-kit";
import { addDays, type Day, daysBetween, needDay, nightsOf } from "../domain/day.ts";
import { propertyName } from "../domain/names.ts";
import { invalid, notFound } from "../domain/refusals.ts";
import type { Ports, StayRow } from "./ports.ts";

export interface ExportStaysCommand {
  readonly property: string;
  readonly startDate: Day;
  readonly endDate: Day;
}

export type ExportedItem =
  | { readonly kind: "STAY"; readonly stay: StayRow; readonly nights: readonly ExportedNight[] }
  | { readonly kind: "NIGHT"; readonly date: Day; readonly capacity: number; readonly sold: number };

export interface ExportedNight {
  readonly date: Day;
  readonly rooms: number;
  readonly revenue: bigint;
}

const DAYS_MAX = 400;
const STAYS_AT_ONCE = 500;

/** The stays of a period and its nights, a page at a time, however many there are. */
export async function* exportStays(
  ports: Ports,
  command: ExportStaysCommand,
  call: CallContext,
): AsyncGenerator<ExportedItem> {
  const { partner } = call.principal;
  const { property, startDate, endDate } = command;
  needDay(startDate, "start_date");
  needDay(endDate, "end_date");
  const days = daysBetween(startDate, endDate);
  if (days <= 0) throw invalid("end_date", "The day after the last comes after the first.");
  if (days > DAYS_MAX) throw invalid("end_date", `At most ${DAYS_MAX} days after the first.`);
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));

  let after: { readonly checkIn: Day; readonly id: string } | undefined;
  for (;;) {
    const stays = await ports.exports.stays(partner, property, startDate, endDate, after, STAYS_AT_ONCE);
    for (const stay of stays) yield { kind: "STAY", stay, nights: nightsIn(stay, startDate, endDate) };
    const last = stays.at(-1);
    if (stays.length < STAYS_AT_ONCE || last === undefined) break;
    after = { checkIn: last.checkIn, id: last.id };
  }
  const counts = await ports.exports.nights(partner, property, startDate, endDate);
  for (const date of nightsOf(startDate, endDate)) {
    const { capacity, sold } = counts.get(date) ?? { capacity: 0, sold: 0 };
    yield { kind: "NIGHT", date, capacity, sold };
  }
}

function nightsIn(stay: StayRow, from: Day, to: Day): readonly ExportedNight[] {
  return stay.revenue.flatMap((revenue, index) => {
    const date = addDays(stay.checkIn, index);
    return date >= from && date < to ? [{ date, rooms: stay.rooms, revenue }] : [];
  });
}
