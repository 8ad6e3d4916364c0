/** A calendar day as the count of days since 1970-01-01, so that nights can be counted by subtraction. */
export type Day = number;

const DAY_MS = 86_400_000;
const known = new Map<Day, string>();

/** The day of a date; undefined where the calendar has none, such as 30 February. */
export function dayOf(year: number, month: number, dayOfMonth: number): Day | undefined {
  const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
  return exists ? date.getTime() / DAY_MS : undefined;
}

/** YYYY-MM-DD. */
export function isoDay(day: Day): string {
  const found = known.get(day);
  if (found !== undefined) return found;
  const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
  known.set(day, text);
  return text;
}

/** YYYY-MM. */
export function monthOf(day: Day): string {
  return isoDay(day).slice(0, 7);
}

/** The instant at a full hour of UTC. */
export function instantOf(day: Day, hour: number): Date {
  return new Date(day * DAY_MS + hour * 3_600_000);
}

/** All months from the first to the last, both included. */
export function monthsBetween(first: string, last: string): readonly string[] {
  const months: string[] = [];
  let [year, month] = first.split("-").map(Number);
  while (year !== undefined && month !== undefined) {
    const text = `${year}-${String(month).padStart(2, "0")}`;
    if (text > last) break;
    months.push(text);
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}
