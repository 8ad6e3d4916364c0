import { invalid } from "./refusals.ts";

/** A calendar day as YYYY-MM-DD. Days compare as texts do. */
export type Day = string;

const FIRST: Day = "0001-01-01";
const LAST: Day = "9998-12-31";

/** Whether the day can be stored, and the days around it as well: outside of four digits days no longer compare as texts do. */
export const isStorable = (day: Day): boolean => day >= FIRST && day <= LAST;

export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !isStorable(text)) return false;
  const ms = toMs(text);
  return !Number.isNaN(ms) && fromMs(ms) === text;
};

/** Refuses a day that nothing can be reckoned with. */
export const needDay = (day: Day, field: string): void => {
  if (!isStorable(day)) throw invalid(field, `Days are taken from ${FIRST} to ${LAST}.`);
};

const DAY_MS = 86_400_000;

const toMs = (day: Day): number => Date.parse(`${day}T00:00:00Z`);
const fromMs = (ms: number): Day => new Date(ms).toISOString().slice(0, 10);

export const addDays = (day: Day, days: number): Day => fromMs(toMs(day) + days * DAY_MS);

/** How many days lie between two; negative where the second is the earlier. */
export const daysBetween = (from: Day, to: Day): number => Math.round((toMs(to) - toMs(from)) / DAY_MS);

/** The nights of a stay: every day from the first up to the one before the end. */
export const nightsOf = (from: Day, to: Day): readonly Day[] => {
  const start = toMs(from);
  return Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, index) => fromMs(start + index * DAY_MS));
};

export const laterOf = (a: Day, b: Day): Day => (a > b ? a : b);

/** The months, as YYYY-MM, in which the days from the first up to the one before the end lie. */
export const monthsOf = (from: Day, to: Day): readonly string[] => {
  const first = monthNumber(from);
  const count = monthNumber(addDays(to, -1)) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => monthOf(first + index));
};

export const nextMonth = (month: string): string => monthOf(monthNumber(month) + 1);

const monthNumber = (day: Day): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

const monthOf = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}`;
