import type { CallContext } from "@staymesh/service-kit";
import { checkDates, checkOccupancy, needProperty, needRatePlan, needRoomType, termsOf } from "../domain/booking.ts";
import { type PenaltyStep, penaltySteps } from "../domain/cancellation.ts";
import { addDays, type Day, nightsOf } from "../domain/day.ts";
import { roomTypeName } from "../domain/names.ts";
import { refusalOfNights } from "../domain/nights.ts";
import { QUOTE_MINUTES, type Quote } from "../domain/quote.ts";
import { invalid, refusalOf } from "../domain/refusals.ts";
import { type ReservedRoom, roomCounts } from "../domain/reservation.ts";
import type { Ports } from "./ports.ts";
import { keysOf, type Sheets, sheetsOf } from "./sheet-reader.ts";

export interface QuotedRoom {
  readonly roomType: string;
  readonly ratePlan: string;
  readonly adults: number;
  readonly children: number;
}

export interface CreateQuoteCommand {
  readonly property: string;
  readonly checkIn: Day;
  readonly checkOut: Day;
  readonly rooms: readonly QuotedRoom[];
}

export interface QuoteAnswer {
  readonly token: string;
  readonly quote: Quote;
  readonly penalties: readonly PenaltyStep[];
}

/** Prices a stay from the store itself and signs what it promises. */
export async function createQuote(ports: Ports, command: CreateQuoteCommand, call: CallContext): Promise<QuoteAnswer> {
  const { partner } = call.principal;
  const { property, checkIn, checkOut } = command;
  checkDates(checkIn, checkOut);
  const keys = keysOf(partner, property, checkIn, addDays(checkOut, 1));
  const [found, read] = await Promise.all([ports.catalogs.fresh(partner, property), ports.sheets.read(keys)]);
  const catalog = needProperty(found, property);
  const sheets = sheetsOf(keys, read);
  const nights = nightsOf(checkIn, checkOut);
  const rooms = command.rooms.map((room): ReservedRoom => {
    const roomType = needRoomType(catalog, room.roomType);
    needRatePlan(catalog, room.ratePlan);
    checkOccupancy(catalog, roomType, room.adults, room.children);
    return { ...room, agreedNightlyPrice: undefined, nightlyPrices: pricesOf(sheets, property, room, nights) };
  });
  checkNights(sheets, property, rooms, nights, checkOut);
  const { price, policy, captureTiming } = termsOf(catalog, rooms);
  const quote: Quote = {
    partner,
    property,
    expireTime: new Date(call.now.getTime() + QUOTE_MINUTES * 60_000),
    checkIn,
    checkOut,
    rooms,
    currencyCode: catalog.property.currencyCode,
    ...price,
    policy,
    captureTiming,
  };
  const token = ports.quotes.sign(quote);
  if (token === undefined)
    throw invalid("rooms", "Too many different rooms for so long a stay; ask for several quotes.");
  const penalties = penaltySteps(policy ?? [], price.total, checkIn, catalog.property, call.now);
  return { token, quote, penalties };
}

function pricesOf(sheets: Sheets, property: string, room: QuotedRoom, nights: readonly Day[]): readonly bigint[] {
  return nights.map((night) => {
    const price = sheets.price(room.roomType, room.ratePlan, night);
    if (price === undefined) {
      throw refusalOf("NO_RATE", { roomType: roomTypeName(property, room.roomType), night });
    }
    return price;
  });
}

/** Says early what a hold would be refused for. */
function checkNights(
  sheets: Sheets,
  property: string,
  rooms: readonly ReservedRoom[],
  nights: readonly Day[],
  checkOut: Day,
): void {
  for (const [roomType, count] of roomCounts(rooms)) {
    const refusal = refusalOfNights(nights, checkOut, count, (night) => sheets.night(roomType, night));
    if (refusal === undefined) continue;
    const { reason, night, limit } = refusal;
    throw refusalOf(reason, {
      roomType: roomTypeName(property, roomType),
      night,
      ...(reason === "MIN_STAY_NOT_MET" ? { minStayNights: String(limit) } : {}),
      ...(reason === "MAX_STAY_EXCEEDED" ? { maxStayNights: String(limit) } : {}),
    });
  }
}
