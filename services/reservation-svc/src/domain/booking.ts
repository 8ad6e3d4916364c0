import { Refusal } from "@staymesh/service-kit/refusal";
import { dearest, type Policy } from "./cancellation.ts";
import { type CaptureTiming, type Catalog, fits, type RatePlan, type RoomType } from "./catalog.ts";
import { daysBetween, needDay } from "./day.ts";
import { AMOUNT_MAX } from "./money.ts";
import { propertyName, ratePlanName, roomTypeName } from "./names.ts";
import { type Price, priceOf } from "./pricing.ts";
import { archived, invalid, notFound } from "./refusals.ts";
import type { ReservedRoom } from "./reservation.ts";

export const STAY_NIGHTS_MAX = 365;

/** Refuses dates that are no stay. */
export const checkDates = (checkIn: string, checkOut: string, field = "check_out_date"): void => {
  needDay(checkIn, field.replace("check_out", "check_in"));
  needDay(checkOut, field);
  const nights = daysBetween(checkIn, checkOut);
  if (nights <= 0) throw invalid(field, "The day of departure comes after the first night.");
  if (nights > STAY_NIGHTS_MAX) throw invalid(field, `At most ${STAY_NIGHTS_MAX} days after the first night.`);
};

export const needProperty = (catalog: Catalog | undefined, property: string): Catalog => {
  if (catalog === undefined) throw notFound(propertyName(property));
  if (catalog.property.archived) throw archived(propertyName(property));
  return catalog;
};

export const needRoomType = (catalog: Catalog, id: string): RoomType => {
  const name = roomTypeName(catalog.property.id, id);
  const roomType = catalog.roomTypes.get(id);
  if (roomType === undefined) throw notFound(name);
  if (roomType.archived) throw archived(name);
  return roomType;
};

export const needRatePlan = (catalog: Catalog, id: string): RatePlan => {
  const name = ratePlanName(catalog.property.id, id);
  const ratePlan = catalog.ratePlans.get(id);
  if (ratePlan === undefined) throw notFound(name);
  if (ratePlan.archived) throw archived(name);
  return ratePlan;
};

/** Refuses more people than the room takes. */
export const checkOccupancy = (catalog: Catalog, roomType: RoomType, adults: number, children: number): void => {
  if (fits(roomType, adults, children)) return;
  const name = roomTypeName(catalog.property.id, roomType.id);
  const most = Math.max(roomType.maxGuests, roomType.maxAdults);
  throw new Refusal(
    "OCCUPANCY_EXCEEDED",
    `${name} takes at most ${roomType.maxAdults} adults and ${most} people in all.`,
    { roomType: name, maxAdults: String(roomType.maxAdults), maxGuests: String(most) },
  );
};

export interface Terms {
  readonly price: Price;
  readonly policy: Policy | undefined;
  readonly captureTiming: CaptureTiming;
}

/** The price and the terms of rooms whose nightly prices are known. */
export const termsOf = (catalog: Catalog, rooms: readonly ReservedRoom[]): Terms => {
  const price = priceOf(rooms, catalog.property.taxRules);
  if (price.total > AMOUNT_MAX) throw invalid("rooms", "The stay costs more than an amount can say.");
  const plans = rooms.flatMap(({ ratePlan }) => (ratePlan === undefined ? [] : [catalog.ratePlans.get(ratePlan)]));
  const known = plans.filter((plan) => plan !== undefined);
  const policy = dearest(known.map((plan) => plan.policy ?? []));
  return {
    price,
    policy: known.some((plan) => plan.policy !== undefined) ? policy : undefined,
    // Where rooms differ the money is taken at the earlier time.
    captureTiming:
      known.length > 0 && known.every((plan) => plan.captureTiming === "AT_CHECK_IN") ? "AT_CHECK_IN" : "AT_CONFIRM",
  };
};
