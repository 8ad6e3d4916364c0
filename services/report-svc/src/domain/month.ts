import { addDays, type Day, nightsBetween } from "./calendar.ts";

/** A month as YYYY-MM. */
export type Month = string;

/** The first day of a month. */
export function firstDay(month: Month): Day {
  return `${month}-01`;
}

/** The day after the last day of a month. */
export function dayAfter(month: Month): Day {
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = number === 12 ? `${year + 1}`.padStart(4, "0") : `${year}`.padStart(4, "0");
  return `${next}-${`${(number % 12) + 1}`.padStart(2, "0")}-01`;
}

/** All days of a month, in order. */
export function daysOf(month: Month): readonly Day[] {
  const first = firstDay(month);
  return Array.from({ length: nightsBetween(first, dayAfter(month)) }, (_, index) => addDays(first, index));
}
