import { Refusal } from "@staymesh/service-kit/refusal";
import type { Booking } from "./booking.ts";
import { act, book, type CallOptions } from "./calls.ts";
import type { Day } from "./day.ts";
import type { Hotel } from "./hotel.ts";
import {
  count,
  messageOf,
  noteDuration,
  noteRefusedOdd,
  noteSurprise,
  reasonOf,
  refusesTheRequest,
  type Tally,
} from "./tally.ts";
import { type DayPlan, type Event, statedTime } from "./timeline.ts";

export interface PlayOptions extends CallOptions {
  /** By the hotel's name in the file. */
  readonly hotels: ReadonlyMap<string, Hotel>;
  readonly concurrency: number;
  readonly tally: Tally;
}

/** The names of the reservations that were made, by row. */
type Names = Map<number, string>;

/**
 * Plays the days in order. The calls of one day overlap, but every day waits for the one before, the day's bookings for the day's
 * cancellations, and each booking's events for one another.
 */
export async function play(
  days: readonly DayPlan[],
  options: PlayOptions,
  onDay: (day: Day) => void = () => undefined,
): Promise<void> {
  const names: Names = new Map();
  for (const { day, events } of days) {
    options.signal.throwIfAborted();
    onDay(day);
    await playDay(events, options.concurrency, (event) => playEvent(event, statedTime(day, event), names, options));
  }
}

async function playDay(
  events: readonly Event[],
  concurrency: number,
  run: (event: Event) => Promise<void>,
): Promise<void> {
  const bookingEnds = new Map<Booking, Promise<void>>();
  const cancellations: Promise<void>[] = [];
  let roomsAreBack: Promise<unknown> | undefined;
  const begin = async (event: Event, before: Promise<unknown> | undefined): Promise<void> => {
    await before;
    await run(event);
  };
  const start = (event: Event): Promise<void> => {
    if (event.kind !== "book") {
      const end = begin(event, bookingEnds.get(event.booking));
      if (event.kind === "cancel") cancellations.push(end);
      return end;
    }
    roomsAreBack ??= Promise.all(cancellations);
    const end = begin(event, roomsAreBack);
    bookingEnds.set(event.booking, end);
    return end;
  };
  const rest = events.values();
  const work = async (): Promise<void> => {
    for (const event of rest) await start(event);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, events.length) }, work));
}

async function playEvent(event: Event, stated: Date, names: Names, options: PlayOptions): Promise<void> {
  const { kind, booking } = event;
  const { tally, signal } = options;
  const hotel = options.hotels.get(booking.hotel);
  const name = names.get(booking.row);
  // Where a booking failed there is nothing to cancel or to check in; its failure is counted already.
  if (hotel === undefined || (kind !== "book" && name === undefined)) return;
  const begun = performance.now();
  try {
    if (kind === "book") names.set(booking.row, await book(hotel, booking, stated, options));
    else if (name !== undefined) await act(kind, hotel.property, booking.row, name, stated, options);
    if (booking.oddity === undefined) count(tally.succeeded, kind);
    else
      noteSurprise(tally, kind, booking, `ACCEPTED_${booking.oddity}`, "the API took a booking that nobody can make");
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Refusal && booking.oddity !== undefined && refusesTheRequest(error)) {
      noteRefusedOdd(tally, booking.oddity, error);
    } else {
      noteSurprise(tally, kind, booking, reasonOf(error), messageOf(error));
    }
  } finally {
    noteDuration(tally, kind, performance.now() - begun);
  }
}
