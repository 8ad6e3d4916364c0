import { type Booking, nightsOf } from "./booking.ts";
import { monthOf, monthsBetween } from "./day.ts";
import { divideHalfUp } from "./decimal.ts";

/** What a monthly performance report says, under the names of its columns; amounts in cents. */
export interface MonthFigures {
  readonly room_nights: bigint;
  readonly room_revenue_minor: bigint;
  readonly adr_minor: bigint;
  readonly arrivals: bigint;
  readonly cancellations: bigint;
  readonly no_shows: bigint;
}

/** The figures, in the order in which they are shown. */
export const figureNames = [
  "room_nights",
  "room_revenue_minor",
  "adr_minor",
  "arrivals",
  "cancellations",
  "no_shows",
] as const satisfies readonly (keyof MonthFigures)[];

interface Counts {
  nights: bigint;
  revenue: bigint;
  arrivals: bigint;
  cancellations: bigint;
  noShows: bigint;
}

/** The figures of every month that the bookings of one hotel touch, from the file alone; odd rows are no bookings. */
export function figuresByMonth(bookings: readonly Booking[]): ReadonlyMap<string, MonthFigures> {
  const real = bookings.filter(({ oddity }) => oddity === undefined);
  const counts = new Map(touchedMonths(real).map((month) => [month, noCounts()]));
  const at = (month: string) => {
    const found = counts.get(month);
    if (found === undefined) throw new Error(`${month} lies outside the bookings`);
    return found;
  };
  for (const booking of real) {
    const arrival = at(monthOf(booking.arrival));
    if (booking.ending === "CANCELLED") arrival.cancellations += 1n;
    if (booking.ending === "NO_SHOW") arrival.noShows += 1n;
    if (booking.ending !== "CHECKED_OUT") continue;
    arrival.arrivals += 1n;
    for (let night = 0; night < nightsOf(booking); night += 1) {
      const month = at(monthOf(booking.arrival + night));
      month.nights += 1n;
      month.revenue += booking.nightlyPrice;
    }
  }
  return new Map([...counts].map(([month, all]) => [month, figuresOf(all)]));
}

/** From the first night of all to the last, whatever became of the booking. */
function touchedMonths(bookings: readonly Booking[]): readonly string[] {
  const nights = bookings.flatMap(({ arrival, departure }) => [monthOf(arrival), monthOf(departure - 1)]).toSorted();
  const [first, last] = [nights[0], nights.at(-1)];
  return first === undefined || last === undefined ? [] : monthsBetween(first, last);
}

function noCounts(): Counts {
  return { nights: 0n, revenue: 0n, arrivals: 0n, cancellations: 0n, noShows: 0n };
}

function figuresOf({ nights, revenue, arrivals, cancellations, noShows }: Counts): MonthFigures {
  return {
    room_nights: nights,
    room_revenue_minor: revenue,
    adr_minor: divideHalfUp(revenue, nights),
    arrivals,
    cancellations,
    no_shows: noShows,
  };
}
