import { setTimeout as wait } from "node:timers/promises";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Action, BookingState, HotelApi } from "./api.ts";
import type { Booking } from "./booking.ts";
import type { Hotel } from "./hotel.ts";
import { insist, type Patience } from "./insist.ts";
import { newBooking } from "./new-booking.ts";
import { requestIdOf } from "./request-id.ts";

export interface CallOptions {
  readonly api: HotelApi;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly onRetry: (reason: string) => void;
}

const PAYMENT_ATTEMPTS = 5;
const POLLS_MAX = 240;
const POLL_MS = 250;

/** Books and pays in one call; answers with the reservation's name once it is confirmed. */
export async function book(hotel: Hotel, booking: Booking, stated: Date, options: CallOptions): Promise<string> {
  const { name, state, told } = await settled(await booked(hotel, booking, stated, options), options);
  if (state !== "CONFIRMED") throw new Refusal("NOT_CONFIRMED", `the reservation is ${told}`);
  return name;
}

/** Does one thing with a reservation. */
export async function act(
  action: Action,
  property: string,
  row: number,
  name: string,
  stated: Date,
  options: CallOptions,
) {
  const id = requestIdOf(property, row, action);
  await insist(() => options.api.act(action, name, id, stated), options.onRetry, options.patience, options.signal);
}

/** A payment that is known to have failed is tried again as a new request: the old one's answer is kept. */
async function booked(
  hotel: Hotel,
  booking: Booking,
  stated: Date,
  { api, patience, signal, onRetry }: CallOptions,
): Promise<BookingState> {
  const request = newBooking(hotel, booking);
  for (let attempt = 1; ; attempt += 1) {
    const id = requestIdOf(hotel.property, booking.row, "book", attempt);
    try {
      return await insist(() => api.book(request, id, stated), onRetry, patience, signal);
    } catch (error) {
      const again = error instanceof Refusal && error.reason === "PAYMENT_FAILED" && attempt < PAYMENT_ATTEMPTS;
      if (!again) throw error;
      onRetry(error.reason);
      await wait(patience.firstPauseMs * 2 ** attempt, undefined, { signal });
    }
  }
}

/** Waits until the bank's answer is there. */
async function settled(first: BookingState, { api, patience, signal, onRetry }: CallOptions): Promise<BookingState> {
  let seen = first;
  for (let poll = 0; seen.state === "PROCESSING" && poll < POLLS_MAX; poll += 1) {
    if (poll === 0) onRetry("PAYMENT_PROCESSING");
    await wait(POLL_MS, undefined, { signal });
    seen = await insist(() => api.readReservation(first.name), onRetry, patience, signal);
  }
  return seen;
}
