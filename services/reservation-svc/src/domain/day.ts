/** A calendar day as YYYY-MM-DD. Days compare as texts do. */
export type Day = string;

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
  const months: string[] = [];
  const last = addDays(to, -1).slice(0, 7);
  for (let month = from.slice(0, 7); month <= last; month = nextMonth(month)) months.push(month);
  return months;
};

export const nextMonth = (month: string): string => addDays(`${month}-01`, 32).slice(0, 7);
