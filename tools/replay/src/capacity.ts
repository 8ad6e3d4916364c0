import type { Booking } from "./booking.ts";
import type { Day } from "./day.ts";
import { freedBefore } from "./timeline.ts";

/** The room types of one hotel that its bookings need. */
export interface RoomTypeNeed {
  readonly roomType: string;
  readonly maxAdults: number;
  readonly maxGuests: number;
  /** The most rooms that were ever booked for one night, those counted whose booking was cancelled later. */
  readonly capacity: number;
  /** The first night that is booked, and the day after the last. */
  readonly firstNight: Day;
  readonly endDay: Day;
}

/** Derives each room type from the bookings of one hotel; odd ones need no room. */
export function roomTypeNeeds(bookings: readonly Booking[]): readonly RoomTypeNeed[] {
  const byType = Map.groupBy(bookings, ({ roomType }) => roomType);
  return [...byType]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([roomType, all]) => {
      const real = all.filter(({ oddity }) => oddity === undefined);
      return {
        roomType,
        maxAdults: real.reduce((most, { adults }) => Math.max(most, adults), 1),
        maxGuests: real.reduce((most, { adults, children }) => Math.max(most, adults + children), 1),
        capacity: peakOf(real),
        firstNight: all.reduce((first, { arrival }) => Math.min(first, arrival), Number.POSITIVE_INFINITY),
        endDay: all.reduce((end, { arrival, departure }) => Math.max(end, arrival + 1, departure), 0),
      };
    });
}

/**
 * The most rooms that are booked at once for one night. A night's count only grows with a day's bookings and only shrinks before or after
 * them, so it is enough to look at the end of each day's bookings.
 */
export function peakOf(bookings: readonly Booking[]): number {
  const changes = new Map<Day, Map<Day, number>>();
  const change = (night: Day, day: Day, by: number) => {
    const days = changes.get(night) ?? new Map<Day, number>();
    days.set(day, (days.get(day) ?? 0) + by);
    changes.set(night, days);
  };
  for (const booking of bookings) {
    for (let night = booking.arrival; night < booking.departure; night += 1) {
      change(night, booking.bookedOn, 1);
      change(night, freedBefore(booking), -1);
    }
  }
  let peak = 0;
  for (const days of changes.values()) {
    let booked = 0;
    for (const [, by] of [...days].toSorted(([left], [right]) => left - right)) {
      booked += by;
      peak = Math.max(peak, booked);
    }
  }
  return peak;
}
