/** A calendar day as YYYY-MM-DD. Arithmetic is done in UTC, where every day has the same length. */
export type Day = string;

const DAY_MS = 86_400_000;

const atMidnight = (day: Day): number => Date.parse(`${day}T00:00:00Z`);

/** The day so many days later. */
export function addDays(day: Day, count: number): Day {
  return new Date(atMidnight(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** How many nights lie between an arrival and a departure. */
export function nightsBetween(checkIn: Day, checkOut: Day): number {
  return Math.round((atMidnight(checkOut) - atMidnight(checkIn)) / DAY_MS);
}

/** The day as an instant, for formatting in UTC. */
export function dateOf(day: Day): Date {
  return new Date(atMidnight(day));
}
