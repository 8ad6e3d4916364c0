import { randomUUID } from "node:crypto";
import type { JsonObject } from "../contract/requests.ts";
import { guest } from "./people.ts";
import type { Calls, Outcome, RpcOptions } from "./rpc.ts";

export interface Hotel {
  readonly property: string;
  readonly roomType: string;
  readonly ratePlan: string;
}

export interface HotelOptions {
  readonly id?: string;
  readonly capacity?: number;
  readonly price?: number;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly key?: string;
}

/** A hotel with one room type, one flexible rate plan, rooms and prices for a season. */
export const openHotel = async (rpc: Calls, options: HotelOptions = {}): Promise<Hotel> => {
  const { id = `hotel-${randomUUID().slice(0, 8)}`, capacity = 200, price = 12_900 } = options;
  const property = `properties/${id}`;
  const hotel = { property, roomType: `${property}/roomTypes/a`, ratePlan: `${property}/ratePlans/flex` };
  const season = { startDate: options.startDate ?? "2027-03-01", endDate: options.endDate ?? "2027-06-01" };
  const by: RpcOptions = options.key === undefined ? {} : { key: options.key };
  const must = (name: string, request: JsonObject) => succeed(rpc, name, { requestId: randomUUID(), ...request }, by);
  await must("CatalogService/CreateProperty", {
    propertyId: id,
    property: {
      displayName: "Lisbon City",
      timeZone: "Europe/Lisbon",
      currencyCode: "EUR",
      location: { latitude: 38.72, longitude: -9.14 },
    },
  });
  await must("CatalogService/CreateRoomType", {
    parent: property,
    roomTypeId: "a",
    roomType: { displayName: "Standard", maxAdults: 2, maxGuests: 4 },
  });
  await must("CatalogService/CreateRatePlan", {
    parent: property,
    ratePlanId: "flex",
    ratePlan: {
      displayName: "Flexible",
      mealPlan: "BREAKFAST",
      cancellationPolicy: {
        tiers: [
          { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
          { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
        ],
      },
    },
  });
  await must("InventoryService/BatchUpdateInventory", {
    parent: property,
    updates: [{ roomType: hotel.roomType, ...season, capacity }],
  });
  await must("InventoryService/BatchUpdateRates", {
    parent: property,
    updates: [
      {
        ratePlan: hotel.ratePlan,
        roomType: hotel.roomType,
        ...season,
        nightlyPrice: { currencyCode: "EUR", minorUnits: String(price) },
      },
    ],
  });
  return hotel;
};

/** Calls a method that has to succeed. */
export const succeed = async (
  rpc: Calls,
  name: string,
  request: JsonObject,
  options?: RpcOptions,
): Promise<JsonObject> => {
  const outcome = await rpc.call(name, request, options);
  if (outcome.code !== "OK") throw new Error(`${name}: ${described(outcome)}`);
  return outcome.body;
};

export const described = ({ code, reason, message, violations }: Outcome): string =>
  [code, reason, message, ...violations.map(({ field, description }) => `${field}: ${description}`)].join(" | ");

export interface StayOptions {
  readonly checkInDate?: string;
  readonly checkOutDate?: string;
  readonly rooms?: number;
  readonly price?: number;
  readonly requestId?: string;
}

/** A hold at an agreed price, as a channel manager asks for it. */
export const holdRequest = (hotel: Hotel, options: StayOptions = {}): JsonObject => ({
  parent: hotel.property,
  reservation: {
    checkInDate: options.checkInDate ?? "2027-03-05",
    checkOutDate: options.checkOutDate ?? nightsAfter(options.checkInDate ?? "2027-03-05", 2),
    rooms: Array.from({ length: options.rooms ?? 1 }, () => ({
      roomType: hotel.roomType,
      ratePlan: hotel.ratePlan,
      adults: 2,
      agreedNightlyPrice: { currencyCode: "EUR", minorUnits: String(options.price ?? 10_000) },
    })),
    booker: { ...guest },
  },
  requestId: options.requestId ?? randomUUID(),
});

/** The day so many nights later. */
export const nightsAfter = (day: string, nights: number): string =>
  new Date(Date.parse(day) + nights * 86_400_000).toISOString().slice(0, 10);

/** A field of an answer that has to be text. */
export const textOf = (answer: JsonObject, name: string): string => {
  const value = answer[name];
  if (typeof value !== "string") throw new Error(`${name} is no text in ${JSON.stringify(answer).slice(0, 300)}`);
  return value;
};

/** An amount of an answer in minor units. */
export const minorUnits = (answer: JsonObject, name: string): bigint => {
  const money = answer[name];
  if (typeof money !== "object" || money === null || Array.isArray(money)) return 0n;
  return BigInt(String(money["minorUnits"] ?? "0"));
};

/** A list of objects in an answer. */
export const listOf = (answer: JsonObject, name: string): readonly JsonObject[] => {
  const list = answer[name];
  return Array.isArray(list)
    ? list.filter((item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item))
    : [];
};

/** How many rooms of the hotel's type are sold and held on each night of a period. */
export const countsOf = async (
  rpc: Calls,
  hotel: Hotel,
  startDate: string,
  endDate: string,
): Promise<readonly JsonObject[]> =>
  listOf(await succeed(rpc, "InventoryService/GetCalendar", { parent: hotel.property, startDate, endDate }), "days");
