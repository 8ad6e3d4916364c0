import { RatePlan_MealPlan } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import type { Stay, StayServiceService } from "@staymesh/proto/staymesh/reservation/v1/stay";
import type { Handlers } from "@staymesh/service-kit";
import { createQuote, type QuoteAnswer } from "../app/create-quote.ts";
import type { Ports } from "../app/ports.ts";
import { type FoundStay, searchStays } from "../app/search-stays.ts";
import { idIn, propertyIn, propertyName, ratePlanName, roomTypeName } from "../domain/names.ts";
import { invalid } from "../domain/refusals.ts";
import { mealPlanOf, policyMessage } from "./catalog-wire.ts";
import { nightlyPrices, taxMessage } from "./reservation-wire.ts";
import { money, optionalTimestamp, timestamp } from "./wire.ts";

/** Searches and quotes over gRPC. */
export const stayService = (ports: Ports): Handlers<typeof StayServiceService> => ({
  searchStays: async (request, call) => {
    const command = {
      latitude: request.latitude,
      longitude: request.longitude,
      radiusMeters: request.radiusMeters,
      properties: request.properties,
      checkIn: request.checkInDate,
      checkOut: request.checkOutDate,
      adults: request.adults === 0 ? 1 : request.adults,
      children: request.children,
      rooms: request.rooms === 0 ? 1 : request.rooms,
      mealPlan: mealPlanOf(request.mealPlan),
      maxTotal: request.maxTotalMinorUnits === 0n ? undefined : request.maxTotalMinorUnits,
      pageSize: request.pageSize,
      pageToken: request.pageToken,
    };
    const { stays, nextPageToken } = await searchStays(ports, command, call);
    return { stays: stays.map(stayMessage), nextPageToken };
  },
  createQuote: async (request, call) => {
    const property = propertyIn(request.parent);
    const rooms = request.rooms.map((room, index) => {
      if (propertyIn(room.roomType) !== property || propertyIn(room.ratePlan) !== property) {
        throw invalid(`rooms[${index}]`, "The room type and the rate plan have to be of the request's property.");
      }
      const { adults, children } = room;
      return { roomType: idIn(room.roomType), ratePlan: idIn(room.ratePlan), adults, children };
    });
    const { checkInDate: checkIn, checkOutDate: checkOut } = request;
    return quoteMessage(await createQuote(ports, { property, checkIn, checkOut, rooms }, call));
  },
});

const stayMessage = (stay: FoundStay): Stay => ({
  property: propertyName(stay.property),
  displayName: stay.displayName,
  distanceMeters: stay.distanceMeters,
  offers: stay.offers.map((offer) => ({
    roomType: roomTypeName(stay.property, offer.roomType),
    ratePlan: ratePlanName(stay.property, offer.ratePlan),
    available: offer.available,
    total: money(stay.currencyCode, offer.total),
    mealPlan: RatePlan_MealPlan[offer.mealPlan],
    cancellationPolicy: policyMessage(offer.policy),
  })),
});

const quoteMessage = ({ token, quote, penalties }: QuoteAnswer) => ({
  quoteToken: token,
  expireTime: timestamp(quote.expireTime),
  total: money(quote.currencyCode, quote.total),
  nights: quote.rooms.flatMap((room, index) => nightlyPrices(room, index, quote.checkIn, quote.currencyCode)),
  taxesAndFees: quote.taxes.map((tax) => taxMessage(tax, quote.currencyCode)),
  cancellationPolicy: policyMessage(quote.policy),
  penalties: penalties.map(({ from, amount }) => ({
    fromTime: optionalTimestamp(from),
    amount: money(quote.currencyCode, amount),
  })),
});
