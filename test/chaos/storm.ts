// Many bookings at once by callers who do what a good caller does: send the same request again until there is an answer.
import type { JsonObject } from "../contract/requests.ts";
import { type Hotel, holdRequest, textOf } from "../mesh/hotel.ts";
import { cards } from "../mesh/people.ts";
import type { Outcome, Rpc } from "../mesh/rpc.ts";
import { concurrently, until } from "../mesh/until.ts";

export interface StormOptions {
  readonly hotels: readonly Hotel[];
  readonly bookings: number;
  readonly atOnce: number;
  readonly random: () => number;
  /** Tells the storm's name, so that two storms over the same hotels do not mix. */
  readonly label: string;
  /** Called as each booking begins. */
  readonly onBooking?: (index: number) => void;
  /** The longest that a caller waits for an answer. */
  readonly patienceMs?: number;
}

/** What one caller was told in the end. */
export interface Told {
  readonly reference: string;
  readonly card: string;
  /** The reservation's name; empty where it was never held. */
  readonly reservation: string;
  readonly end: "CONFIRMED" | "DECLINED" | "FAILED" | "OPEN" | "SOLD_OUT" | "UNANSWERED" | "BROKEN";
  /** What was said where the end is no good one. */
  readonly words: string;
}

const nights = ["2027-03-05", "2027-03-06", "2027-03-07", "2027-03-08", "2027-03-09", "2027-03-10", "2027-03-11"];

/** Which card a booking is paid with: most are good ones, and some of each kind of trouble. */
const cardFor = (chance: number): string => {
  if (chance < 0.8) return cards.visa;
  if (chance < 0.87) return cards.timeout;
  if (chance < 0.92) return cards.decline;
  return chance < 0.96 ? cards.drop : cards.pending;
};

export const storm = async (rpc: Rpc, options: StormOptions): Promise<readonly Told[]> => {
  const { hotels, random } = options;
  // Everything that is left to chance is drawn before anything runs, so that a seed means the same bookings.
  const plans = Array.from({ length: options.bookings }, (_, index) => {
    const first = Math.floor(random() * 5);
    const checkOutDate = nights[first + 1 + Math.floor(random() * 2)] ?? "2027-03-11";
    const hotel = hotels[Math.floor(random() * hotels.length)];
    if (hotel === undefined) throw new Error("A storm needs hotels.");
    const reference = `${options.label}-${index}`;
    return { hotel, checkInDate: nights[first] ?? "2027-03-05", checkOutDate, card: cardFor(random()), reference };
  });
  return concurrently(options.atOnce, plans, async (plan, index) => {
    options.onBooking?.(index);
    const request = holdRequest(plan.hotel, plan);
    const reservation = request["reservation"];
    // Held for a day, so that nothing lapses while it is being looked at.
    const held = { ...Object(reservation), externalReference: plan.reference };
    const hold = { ...request, reservation: held, holdDuration: "86400s" };
    return book(rpc, hold, plan, options.patienceMs ?? 60_000);
  });
};

interface Plan {
  readonly reference: string;
  readonly card: string;
}

const book = async (rpc: Rpc, hold: JsonObject, { reference, card }: Plan, patienceMs: number): Promise<Told> => {
  const told = (reservation: string, end: Told["end"], words = ""): Told => ({
    reference,
    card,
    reservation,
    end,
    words,
  });
  const held = await persist(rpc, "ReservationService/CreateReservation", hold, patienceMs);
  if (held === undefined) return told("", "UNANSWERED", "hold");
  if (held.reason === "ROOM_SOLD_OUT") return told("", "SOLD_OUT");
  if (held.code !== "OK") return told("", "BROKEN", `hold: ${held.code} ${held.reason} ${held.message}`);
  const name = textOf(held.body, "name");
  const confirm = { name, payment: { paymentMethodToken: card }, requestId: crypto.randomUUID() };
  const confirmed = await persist(rpc, "ReservationService/ConfirmReservation", confirm, patienceMs);
  if (confirmed === undefined) return told(name, "UNANSWERED", "confirm");
  if (confirmed.code === "OK") return told(name, confirmed.body["state"] === "CONFIRMED" ? "CONFIRMED" : "OPEN");
  if (confirmed.reason === "CARD_DECLINED") return told(name, "DECLINED");
  if (confirmed.reason === "PAYMENT_FAILED") return told(name, "FAILED");
  return told(name, "BROKEN", `confirm: ${confirmed.code} ${confirmed.reason} ${confirmed.message}`);
};

const transient = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "ABORTED", "RESOURCE_EXHAUSTED"]);

const persist = async (rpc: Rpc, name: string, request: JsonObject, patienceMs: number): Promise<Outcome | undefined> =>
  until(name, patienceMs, async () => {
    const outcome = await rpc.call(name, request, { timeoutMs: 10_000 });
    return transient.has(outcome.code) && outcome.reason !== "PAYMENT_FAILED" ? undefined : outcome;
  }).catch(() => undefined);
