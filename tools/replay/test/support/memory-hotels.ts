import { Refusal } from "@staymesh/service-kit/refusal";
import type { Action, BookingState, HotelApi, NewBooking } from "../../src/api.ts";

/** Hotels in memory that keep the rules a replay depends on: capacity by night, states, request ids, the odd rows. */
export interface MemoryHotels extends HotelApi {
  /** Every effect, in order: "2016-03-01T12:00:00.000Z book row-3". A repeated request has none. */
  readonly log: readonly string[];
  /** The rooms that were booked at most for one night, by room type. */
  readonly peaks: ReadonlyMap<string, number>;
  readonly capacities: ReadonlyMap<string, number>;
  /** Makes the next calls fail once they have had their effect, so that only their answer is lost. */
  loseAnswers(reasons: readonly string[]): void;
}

interface Stay {
  readonly booking: NewBooking;
  readonly nights: readonly string[];
  state: "CONFIRMED" | "CHECKED_IN" | "CHECKED_OUT" | "CANCELLED" | "NO_SHOW";
}

const moves: Readonly<Record<Action, { readonly from: Stay["state"]; readonly to: Stay["state"] }>> = {
  cancel: { from: "CONFIRMED", to: "CANCELLED" },
  checkIn: { from: "CONFIRMED", to: "CHECKED_IN" },
  checkOut: { from: "CHECKED_IN", to: "CHECKED_OUT" },
  markNoShow: { from: "CONFIRMED", to: "NO_SHOW" },
};

export function memoryHotels(): MemoryHotels {
  const capacities = new Map<string, number>();
  const booked = new Map<string, number>();
  const peaks = new Map<string, number>();
  const stays = new Map<string, Stay>();
  const answers = new Map<string, unknown>();
  const log: string[] = [];
  let lost: string[] = [];

  const once = async <T>(requestId: string, effect: () => T): Promise<T> => {
    // A call takes a moment, so that calls really overlap.
    await new Promise(setImmediate);
    const answer = answers.has(requestId) ? (answers.get(requestId) as T) : effect();
    answers.set(requestId, answer);
    const [reason, ...rest] = lost;
    lost = rest;
    if (reason !== undefined) throw new Refusal(reason, "The answer is lost.");
    return answer;
  };
  const change = (stay: Stay, by: number) => {
    const { roomType } = stay.booking;
    for (const night of stay.nights) {
      const key = `${roomType} ${night}`;
      const now = (booked.get(key) ?? 0) + by;
      booked.set(key, now);
      peaks.set(roomType, Math.max(peaks.get(roomType) ?? 0, now));
    }
  };

  return {
    log,
    peaks,
    capacities,
    loseAnswers: (reasons) => {
      lost = [...reasons];
    },
    createProperty: ({ id }, requestId) => once(requestId, () => void log.push(`property ${id}`)),
    createRoomType: ({ id }, requestId) => once(requestId, () => void log.push(`room type ${id}`)),
    createRatePlan: ({ id }, requestId) => once(requestId, () => void log.push(`rate plan ${id}`)),
    setCapacities: (_property, updates, requestId) =>
      once(requestId, () => {
        for (const { roomType, capacity } of updates) capacities.set(roomType, capacity);
      }),
    book: (booking, requestId, stated) =>
      once(requestId, (): BookingState => {
        const stay: Stay = { booking, nights: checkedNights(booking), state: "CONFIRMED" };
        const room = capacities.get(booking.roomType) ?? 0;
        const full = stay.nights.find((night) => (booked.get(`${booking.roomType} ${night}`) ?? 0) >= room);
        if (full !== undefined) throw new Refusal("ROOM_SOLD_OUT", `No room is left on ${full}.`);
        change(stay, 1);
        const name = `${booking.property}/reservations/${booking.externalReference}`;
        stays.set(name, stay);
        log.push(`${stated.toISOString()} book ${booking.externalReference}`);
        return { name, state: "CONFIRMED", told: "CONFIRMED" };
      }),
    readReservation: async (name) => ({ name, state: "CONFIRMED", told: "CONFIRMED" }),
    act: (action, name, requestId, stated) =>
      once(requestId, () => {
        const stay = stays.get(name);
        if (stay === undefined) throw new Refusal("NOT_FOUND", `There is no ${name}.`);
        const { from, to } = moves[action];
        if (stay.state !== from) throw new Refusal("INVALID_STATE", `It is ${stay.state}.`);
        const arrived = stated.toISOString().slice(0, 10) >= stay.booking.checkInDate;
        if (action !== "cancel" && !arrived) throw new Refusal("TOO_EARLY", "The day of arrival has not come.");
        stay.state = to;
        if (to === "CANCELLED" || to === "NO_SHOW") change(stay, -1);
        log.push(`${stated.toISOString()} ${action} ${stay.booking.externalReference}`);
      }),
    orderMonthlyPerformance: async (property, month) => `operations/${property}|${month}`,
    readOperation: async (name) => ({ status: "DONE", report: name.replace("operations/", "reports/") }),
    downloadReport: async (name) => {
      const [property = "", month = ""] = name.slice("reports/".length).split("|");
      return monthCsv(
        [...stays.values()].filter(({ booking }) => booking.property === property),
        month,
      );
    },
    close: () => undefined,
  };
}

function checkedNights({ checkInDate, checkOutDate, adults, agreedNightlyPrice }: NewBooking): readonly string[] {
  const nights: string[] = [];
  for (let at = Date.parse(checkInDate); at < Date.parse(checkOutDate); at += 86_400_000) {
    nights.push(new Date(at).toISOString().slice(0, 10));
  }
  if (nights.length === 0 || adults < 1 || agreedNightlyPrice < 0n)
    throw new Refusal("INVALID_REQUEST", "It breaks a rule.");
  return nights;
}

/** Counted night by night from what was done, so that it does not share the tool's own sums. */
function monthCsv(stays: readonly Stay[], month: string): string {
  const took = stays.filter(({ state }) => state === "CHECKED_IN" || state === "CHECKED_OUT");
  const nights = took.flatMap(({ booking, nights }) =>
    nights.filter((night) => night.startsWith(month)).map(() => booking.agreedNightlyPrice),
  );
  const arriving = stays.filter(({ booking }) => booking.checkInDate.startsWith(month));
  const among = (state: Stay["state"]) => arriving.filter((stay) => stay.state === state).length;
  const revenue = nights.reduce((sum, price) => sum + price, 0n);
  const adr = nights.length === 0 ? "" : String(Math.round(Number(revenue) / nights.length));
  const head = "month,room_nights,room_revenue_minor,adr_minor,occupancy_percent,arrivals,cancellations,no_shows";
  const row = [month, nights.length, revenue, adr, "50.0", among("CHECKED_OUT"), among("CANCELLED"), among("NO_SHOW")];
  return `${head}\r\n${row.join(",")}\r\n`;
}
