import { type Booking, type Ending, type Oddity, slug } from "./booking.ts";
import { type Day, dayOf } from "./day.ts";
import { hundredthsOf } from "./decimal.ts";

/** A row as the file has it: column names and texts. */
export type Row = Readonly<Record<string, string>>;

/** Something in the file that cannot be read; says where. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

const endings: ReadonlyMap<string, Ending> = new Map([
  ["Check-Out", "CHECKED_OUT"],
  ["Canceled", "CANCELLED"],
  ["No-Show", "NO_SHOW"],
]);

const months: ReadonlyMap<string, number> = new Map(
  [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ].map((name, index) => [name, index + 1]),
);

/** Reads one row. A value that is missing or malformed ends the replay, since a figure without it would be wrong. */
export function readBooking(row: number, values: Row): Booking {
  const text = (column: string): string => {
    const value = values[column];
    if (value === undefined) throw new UnreadableRow(`row ${row} has no column ${column}`);
    return value.trim();
  };
  const read = <T>(column: string, what: string, parse: (value: string) => T | undefined): T => {
    const parsed = parse(text(column));
    if (parsed === undefined)
      throw new UnreadableRow(`row ${row}: ${column} is "${text(column)}", which is no ${what}`);
    return parsed;
  };
  const count = (column: string) => read(column, "whole number", countOf);

  const arrival = read("arrival_date_day_of_month", "day of its month", (value) =>
    dayOf(
      count("arrival_date_year"),
      read("arrival_date_month", "month", (name) => months.get(name)),
      Number(value),
    ),
  );
  const nights = count("stays_in_weekend_nights") + count("stays_in_week_nights");
  const adults = count("adults");
  const children = read("children", "whole number", (value) => (value === "NA" ? 0 : countOf(value))) + count("babies");
  const nightlyPrice = read("adr", "amount", hundredthsOf);
  const childrenOnly = adults === 0 && children > 0;
  return {
    row,
    hotel: read("hotel", "name of a hotel", (value) => (slug(value) === "" ? undefined : value)),
    roomType: read("reserved_room_type", "room type", (value) => slug(value) || undefined),
    bookedOn: arrival - count("lead_time"),
    arrival,
    departure: arrival + nights,
    adults: childrenOnly ? 1 : adults,
    children: childrenOnly ? children - 1 : children,
    childrenOnly,
    nightlyPrice,
    ending: read("reservation_status", "status", (value) => endings.get(value)),
    endedOn: read("reservation_status_date", "day (m/d/yyyy or yyyy-mm-dd)", statusDayOf),
    oddity: oddityOf(nights, adults + children, nightlyPrice),
  };
}

function oddityOf(nights: number, guests: number, price: bigint): Oddity | undefined {
  if (nights === 0) return "NO_NIGHTS";
  if (guests === 0) return "NO_GUESTS";
  return price < 0n ? "NEGATIVE_PRICE" : undefined;
}

/** "2" and, as some editions of the file write it, "2.0". */
function countOf(value: string): number | undefined {
  const match = /^(\d{1,6})(?:\.0+)?$/.exec(value);
  return match === null ? undefined : Number(match[1]);
}

function statusDayOf(value: string): Day | undefined {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value);
  if (american !== null) return dayOf(Number(american[3]), Number(american[1]), Number(american[2]));
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  return iso === null ? undefined : dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]));
}
