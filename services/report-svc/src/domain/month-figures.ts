import type { Day } from "./calendar.ts";
import { divideHalfUp } from "./money.ts";
import { daysOf, type Month } from "./month.ts";

/** How a stay ended, or how far it has come, as far as figures care. */
export type StayOutcome = "TOOK_PLACE" | "CANCELLED" | "NO_SHOW" | "EXPECTED";

/** A stay as reservation-svc exports it. */
export interface ExportedStay {
  readonly outcome: StayOutcome;
  readonly checkInDate: Day;
  readonly nights: readonly { readonly date: Day; readonly rooms: number; readonly revenueMinor: bigint }[];
}

/** One item of the export. */
export type ExportItem =
  | { readonly kind: "stay"; readonly stay: ExportedStay }
  | { readonly kind: "night"; readonly date: Day; readonly capacity: number };

/** What was counted, for a day or for a whole month. */
export interface Counts {
  readonly capacityNights: number;
  readonly roomNights: number;
  readonly revenueMinor: bigint;
  readonly arrivals: number;
  readonly cancellations: number;
  readonly noShows: number;
}

/** The counts with what follows from them. */
export interface Figures extends Counts {
  /** Revenue by room night, rounded half up to a minor unit; 0 without a room night. */
  readonly adrMinor: bigint;
  /** Revenue by room that could be sold, rounded half up to a minor unit; 0 without capacity. */
  readonly revparMinor: bigint;
  /** Room nights by capacity nights in hundredths of a percent, rounded half up; 0 without capacity. */
  readonly occupancyBasisPoints: number;
}

/** A month of a property, by day and in all. */
export interface MonthFigures {
  readonly month: Month;
  readonly days: readonly (Figures & { readonly date: Day })[];
  readonly total: Figures;
}

type Tally = { -readonly [K in keyof Counts]: Counts[K] };

const emptyTally = (): Tally => ({
  capacityNights: 0,
  roomNights: 0,
  revenueMinor: 0n,
  arrivals: 0,
  cancellations: 0,
  noShows: 0,
});

/**
 * Counts a month while the export streams by, and keeps no stay of it.
 *
 * Room nights and revenue are those of stays that took place, each night on its own day. Arrivals (of stays that took place),
 * cancellations and no-shows are counted in reservations, on the day of check-in. What lies outside the month is passed over.
 */
export async function monthFigures(
  month: Month,
  items: AsyncIterable<ExportItem> | Iterable<ExportItem>,
): Promise<MonthFigures> {
  const tallies = new Map(daysOf(month).map((day) => [day, emptyTally()]));
  for await (const item of items) {
    if (item.kind === "stay") addStay(tallies, item.stay);
    else addNight(tallies, item.date, item.capacity);
  }
  const total = [...tallies.values()].reduce<Counts>(sum, emptyTally());
  const days = [...tallies].map(([date, tally]) => ({ date, ...withRatios(tally) }));
  return { month, days, total: withRatios(total) };
}

/** Adds what follows from counts. */
export function withRatios(counts: Counts): Figures {
  const capacity = BigInt(counts.capacityNights);
  return {
    ...counts,
    adrMinor: divideHalfUp(counts.revenueMinor, BigInt(counts.roomNights)),
    revparMinor: divideHalfUp(counts.revenueMinor, capacity),
    occupancyBasisPoints: Number(divideHalfUp(BigInt(counts.roomNights) * 10_000n, capacity)),
  };
}

/** The counts of two periods together. */
export function sum(left: Counts, right: Counts): Counts {
  return {
    capacityNights: left.capacityNights + right.capacityNights,
    roomNights: left.roomNights + right.roomNights,
    revenueMinor: left.revenueMinor + right.revenueMinor,
    arrivals: left.arrivals + right.arrivals,
    cancellations: left.cancellations + right.cancellations,
    noShows: left.noShows + right.noShows,
  };
}

function addNight(tallies: ReadonlyMap<Day, Tally>, date: Day, capacity: number): void {
  const tally = tallies.get(date);
  if (tally !== undefined) tally.capacityNights += capacity;
}

function addStay(tallies: ReadonlyMap<Day, Tally>, stay: ExportedStay): void {
  const arrival = tallies.get(stay.checkInDate);
  if (arrival !== undefined) {
    if (stay.outcome === "TOOK_PLACE") arrival.arrivals += 1;
    if (stay.outcome === "CANCELLED") arrival.cancellations += 1;
    if (stay.outcome === "NO_SHOW") arrival.noShows += 1;
  }
  if (stay.outcome !== "TOOK_PLACE") return;
  for (const night of stay.nights) {
    const tally = tallies.get(night.date);
    if (tally === undefined) continue;
    tally.roomNights += night.rooms;
    tally.revenueMinor += night.revenueMinor;
  }
}
