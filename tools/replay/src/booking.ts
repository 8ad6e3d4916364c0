import type { Day } from "./day.ts";

/** How a booking ended, in the words of the API. */
export type Ending = "CHECKED_OUT" | "CANCELLED" | "NO_SHOW";

/** What makes a row one that no hotel can book; the API has to refuse it. */
export type Oddity = "NO_NIGHTS" | "NO_GUESTS" | "NEGATIVE_PRICE";

/** One row of the file. */
export interface Booking {
  /** Counts the rows of the file from 1, the head not counted. */
  readonly row: number;
  readonly hotel: string;
  /** The last part of the room type's name. */
  readonly roomType: string;
  readonly bookedOn: Day;
  readonly arrival: Day;
  readonly departure: Day;
  readonly adults: number;
  /** Children and babies. */
  readonly children: number;
  /** True where only children sleep in the room; one of them then counts as the adult that a room has to have. */
  readonly childrenOnly: boolean;
  /** In cents. */
  readonly nightlyPrice: bigint;
  readonly ending: Ending;
  /** When the file says that it ended. */
  readonly endedOn: Day;
  readonly oddity: Oddity | undefined;
}

export function nightsOf({ arrival, departure }: Booking): number {
  return departure - arrival;
}

/** What the stay costs, in cents. */
export function totalOf(booking: Booking): bigint {
  return booking.nightlyPrice * BigInt(nightsOf(booking));
}

/** Lower-case letters, digits and single hyphens, as names of resources want it. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
