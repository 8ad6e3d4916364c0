import type { Booking } from "./booking.ts";
import { type Day, instantOf } from "./day.ts";

/** What happens to a booking: each kind is one call. */
export type EventKind = "cancel" | "checkOut" | "book" | "checkIn" | "markNoShow";

/** One call that the replay makes. */
export interface Event {
  readonly kind: EventKind;
  readonly booking: Booking;
}

/** What happens on one day, in order. */
export interface DayPlan {
  readonly day: Day;
  readonly events: readonly Event[];
}

/**
 * When in a day each kind is stated to happen, as an hour of UTC. Rooms that are given back are given back before the day's bookings, and a
 * guest who books on the day of arrival comes after booking; Lisbon is at UTC or an hour ahead, so every hour lies in the same local day.
 */
const hours = { cancel: 8, checkOut: 10, book: 12, checkIn: 16, cancelSameDay: 18, markNoShow: 22 } as const;

/** The time that is stated with an event. */
export function statedTime(day: Day, { kind, booking }: Event): Date {
  return instantOf(day, kind === "cancel" && isCancelledAtOnce(booking) ? hours.cancelSameDay : hours[kind]);
}

/** The day on which a cancellation or no-show gives rooms back; the day after it where the day's bookings come before. */
export function freedBefore(booking: Booking): Day {
  if (booking.ending === "CHECKED_OUT") return booking.departure;
  return booking.ending === "NO_SHOW" || isCancelledAtOnce(booking) ? endOf(booking) + 1 : endOf(booking);
}

/** All days on which something happens, in order. */
export function timelineOf(bookings: readonly Booking[]): readonly DayPlan[] {
  const days = new Map<Day, Event[]>();
  const add = (day: Day, event: Event) => {
    const events = days.get(day);
    if (events === undefined) days.set(day, [event]);
    else events.push(event);
  };
  for (const booking of bookings) {
    add(booking.bookedOn, { kind: "book", booking });
    if (booking.oddity !== undefined) continue;
    if (booking.ending === "CANCELLED") add(endOf(booking), { kind: "cancel", booking });
    if (booking.ending === "NO_SHOW") add(endOf(booking), { kind: "markNoShow", booking });
    if (booking.ending === "CHECKED_OUT") {
      add(booking.arrival, { kind: "checkIn", booking });
      add(booking.departure, { kind: "checkOut", booking });
    }
  }
  return [...days]
    .toSorted(([left], [right]) => left - right)
    .map(([day, events]) => ({ day, events: events.toSorted((left, right) => rank(day, left) - rank(day, right)) }));
}

function rank(day: Day, event: Event): number {
  return statedTime(day, event).getTime();
}

/** A booking can't end before it was made, nor a guest be missed before the day of arrival, whatever the file says. */
function endOf({ ending, endedOn, bookedOn, arrival, departure }: Booking): Day {
  if (ending === "CHECKED_OUT") return departure;
  return Math.max(endedOn, ending === "NO_SHOW" ? arrival : bookedOn);
}

function isCancelledAtOnce(booking: Booking): boolean {
  return booking.ending === "CANCELLED" && endOf(booking) === booking.bookedOn;
}

/** How many stays the file lets end on another day than the replay does: it counts booked nights, so a guest leaves after the last one. */
export function shiftedEndings(bookings: readonly Booking[]): number {
  return bookings.filter((booking) => booking.oddity === undefined && endOf(booking) !== booking.endedOn).length;
}
