import { type CallContext, mayUse, Refusal } from "@staymesh/service-kit";
import { checkDates, checkOccupancy, needProperty, needRatePlan, needRoomType, termsOf } from "../domain/booking.ts";
import type { Catalog } from "../domain/catalog.ts";
import { nightsOf } from "../domain/day.ts";
import type { Money } from "../domain/money.ts";
import { invalid } from "../domain/refusals.ts";
import type { Guest, Reservation, ReservedRoom } from "../domain/reservation.ts";
import type { Ports } from "./ports.ts";

export interface RoomWish {
  readonly roomType: string;
  readonly ratePlan: string | undefined;
  readonly adults: number;
  readonly children: number;
  readonly agreedNightlyPrice: Money | undefined;
}

export interface BookingWish {
  readonly property: string;
  readonly quoteToken: string;
  readonly checkIn: string;
  readonly checkOut: string;
  readonly rooms: readonly RoomWish[];
  readonly booker: Guest;
  readonly externalReference: string;
  readonly holdSeconds: number;
}

/** What a stay is and costs, before anything is known of its payment. */
type Stay = Pick<
  Reservation,
  "checkIn" | "checkOut" | "rooms" | "currencyCode" | "total" | "roomTotal" | "taxes" | "policy" | "captureTiming"
>;

/** Refuses what the contract refuses whatever the state of the world is, and so never claims a request. */
export function checkWish(wish: BookingWish): void {
  if (wish.quoteToken !== "") {
    if (wish.rooms.some((room) => room.agreedNightlyPrice !== undefined)) {
      throw invalid("reservation.quote_token", "Give a quote or agreed prices, not both.");
    }
    return;
  }
  if (wish.checkIn === "") throw invalid("reservation.check_in_date", "The first night is missing.", "required");
  if (wish.checkOut === "") throw invalid("reservation.check_out_date", "The day of departure is missing.", "required");
  checkDates(wish.checkIn, wish.checkOut, "reservation.check_out_date");
  if (wish.rooms.length === 0) throw invalid("reservation.rooms", "At least one room is needed.", "required");
  for (const [index, { agreedNightlyPrice }] of wish.rooms.entries()) {
    const field = `reservation.rooms[${index}].agreed_nightly_price`;
    if (agreedNightlyPrice === undefined) {
      throw invalid(field, "A booking needs a quote token, or an agreed price for every room.", "required");
    }
    if (agreedNightlyPrice.minorUnits < 0n) throw invalid(`${field}.minor_units`, "A price is not negative.");
  }
}

/** The stay that a wish comes to under this catalogue, or why it comes to nothing. */
export function planStay(ports: Ports, wish: BookingWish, found: Catalog | undefined, call: CallContext): Stay {
  return wish.quoteToken === ""
    ? atAgreedPrices(wish, needProperty(found, wish.property), call)
    : atQuotedPrices(ports, wish, found, call);
}

function atAgreedPrices(wish: BookingWish, catalog: Catalog, call: CallContext): Stay {
  if (!mayUse(call.principal, "reservations.agreedPrice")) {
    throw new Refusal("AGREED_PRICE_NOT_ALLOWED", "The key may not book at agreed prices.");
  }
  const { currencyCode } = catalog.property;
  const nights = nightsOf(wish.checkIn, wish.checkOut);
  const rooms = wish.rooms.map((room, index): ReservedRoom => {
    const roomType = needRoomType(catalog, room.roomType);
    if (room.ratePlan !== undefined) needRatePlan(catalog, room.ratePlan);
    checkOccupancy(catalog, roomType, room.adults, room.children);
    const price = room.agreedNightlyPrice;
    if (price === undefined || price.currencyCode !== currencyCode) {
      const field = `reservation.rooms[${index}].agreed_nightly_price.currency_code`;
      throw invalid(field, `The property's prices are in ${currencyCode}.`);
    }
    const { roomType: id, ratePlan, adults, children } = room;
    const nightlyPrices = nights.map(() => price.minorUnits);
    return { roomType: id, ratePlan, adults, children, agreedNightlyPrice: price.minorUnits, nightlyPrices };
  });
  const { price, policy, captureTiming } = termsOf(catalog, rooms);
  const { checkIn, checkOut } = wish;
  return { checkIn, checkOut, rooms, currencyCode, ...price, policy, captureTiming };
}

function atQuotedPrices(ports: Ports, wish: BookingWish, found: Catalog | undefined, call: CallContext): Stay {
  const quote = ports.quotes.read(wish.quoteToken);
  if (quote === undefined || quote.partner !== call.principal.partner) {
    throw new Refusal("QUOTE_INVALID", "The quote token is not one of ours.");
  }
  if (quote.expireTime <= call.now) {
    throw new Refusal("QUOTE_EXPIRED", "The quote has ended.", { expireTime: quote.expireTime.toISOString() });
  }
  if (quote.property !== wish.property || !sameStay(wish, quote)) {
    throw quoteChanged("The quote is for another stay.");
  }
  // The price stays as it was promised, but what is no longer sold is not sold.
  if (found === undefined || found.property.archived) throw quoteChanged("The property is off sale.");
  for (const { roomType, ratePlan } of quote.rooms) {
    const type = found.roomTypes.get(roomType);
    const plan = ratePlan === undefined ? undefined : found.ratePlans.get(ratePlan);
    if (type === undefined || type.archived || (ratePlan !== undefined && (plan === undefined || plan.archived))) {
      throw quoteChanged("What the quote promises was taken off sale.");
    }
  }
  const { checkIn, checkOut, rooms, currencyCode, total, roomTotal, taxes, policy, captureTiming } = quote;
  return { checkIn, checkOut, rooms, currencyCode, total, roomTotal, taxes, policy, captureTiming };
}

/** What the request says beside the token has to say the same. */
function sameStay(wish: BookingWish, quote: Pick<Stay, "checkIn" | "checkOut" | "rooms">): boolean {
  if (wish.checkIn !== "" && wish.checkIn !== quote.checkIn) return false;
  if (wish.checkOut !== "" && wish.checkOut !== quote.checkOut) return false;
  if (wish.rooms.length === 0) return true;
  return (
    wish.rooms.length === quote.rooms.length &&
    wish.rooms.every((room, index) => {
      const quoted = quote.rooms[index];
      return (
        quoted !== undefined &&
        room.roomType === quoted.roomType &&
        (room.ratePlan === undefined || room.ratePlan === quoted.ratePlan) &&
        room.adults === quoted.adults &&
        room.children === quoted.children
      );
    })
  );
}

const quoteChanged = (message: string): Refusal => new Refusal("QUOTE_CHANGED", message);
