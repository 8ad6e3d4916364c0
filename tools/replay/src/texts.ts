import type { Booking } from "./booking.ts";
import type { ComparedMonth } from "./compare.ts";
import { isoDay } from "./day.ts";
import { figureNames } from "./figures.ts";
import type { Hotel } from "./hotel.ts";
import { clockOf } from "./progress.ts";
import { countOf, type Tally } from "./tally.ts";
import { type DayPlan, shiftedEndings } from "./timeline.ts";

/** What will be played of a hotel. */
export function hotelLines({ name, propertyId, bookings, roomTypes }: Hotel): readonly string[] {
  const odd = bookings.filter(({ oddity }) => oddity !== undefined).length;
  const first = Math.min(...roomTypes.map(({ firstNight }) => firstNight));
  const end = Math.max(...roomTypes.map(({ endDay }) => endDay));
  const capacities = roomTypes.map(({ roomType, capacity }) => `${roomType.toUpperCase()} ${capacity}`).join(", ");
  return [
    `${propertyId}: ${bookings.length} bookings of ${name}, ${odd} of them odd, nights ${isoDay(first)} to ${isoDay(end - 1)}`,
    `  rooms by type, from the peaks: ${capacities}`,
  ];
}

/** Where the replay does not follow the file to the letter. */
export function noteLines(bookings: readonly Booking[]): readonly string[] {
  const childrenOnly = bookings.filter((booking) => booking.childrenOnly && booking.oddity === undefined).length;
  const shifted = shiftedEndings(bookings);
  return [
    ...(childrenOnly === 0
      ? []
      : [
          `  ${childrenOnly} rooms in which only children sleep: one of them is booked as the adult that a room has to have`,
        ]),
    ...(shifted === 0
      ? []
      : [
          `  ${shifted} stays end on another day in the file: played to the end of the booked nights, which the figures count`,
        ]),
  ];
}

export function planLine(days: readonly DayPlan[]): string {
  const calls = days.reduce((sum, { events }) => sum + events.length, 0);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "nothing to play";
  return `${calls} calls on ${days.length} days, stated ${isoDay(first.day)} to ${isoDay(last.day)}`;
}

/** What was done, how fast, and what went wrong. */
export function tallyLines(tally: Tally, seconds: number): readonly string[] {
  const calls = [...tally.durations.values()].reduce((sum, all) => sum + all.length, 0);
  const booked = tally.succeeded.get("book") ?? 0;
  const rate = (count: number) => (count / Math.max(seconds, 0.001)).toFixed(1);
  return [
    `${calls} calls in ${clockOf(seconds)}: ${rate(calls)} calls/s, ${rate(booked)} bookings/s`,
    ...[...tally.durations].map(([kind, all]) => {
      const sorted = Float64Array.from(all).sort();
      const at = (share: number) =>
        (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
      const good = tally.succeeded.get(kind) ?? 0;
      return `  ${kind.padEnd(10)} ${String(good).padStart(7)} ok   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`;
    }),
    ...section("odd rows, refused by the API", tally.refusedOdd),
    ...section("calls that were sent again", tally.retries),
    ...section("unexpected", tally.unexpected),
    ...tally.surprises.map(({ row, kind, message }) => `    row ${row}, ${kind}: ${message}`),
  ];
}

function section(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  if (counts.size === 0) return [];
  const lines = [...counts].toSorted(([, left], [, right]) => right - left);
  return [
    `${title}: ${countOf(counts)}`,
    ...lines.map(([reason, number]) => `  ${String(number).padStart(7)}  ${reason}`),
  ];
}

/** A table with a line for each month; where a figure differs, both are shown, the file's first. */
export function comparisonLines(compared: readonly ComparedMonth[]): readonly string[] {
  const head = ["month", ...figureNames, ""];
  const rows = compared.map(({ month, file, report, differs }) => [
    month,
    ...figureNames.map((name) =>
      differs.includes(name) ? `${file[name]} ≠ ${report?.[name] ?? "none"}` : String(file[name]),
    ),
    differs.length === 0 ? "match" : "MISMATCH",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}
