import type { CapacityUpdate, HotelApi, NewProperty } from "./api.ts";
import { type Booking, slug } from "./booking.ts";
import { type RoomTypeNeed, roomTypeNeeds } from "./capacity.ts";
import { isoDay } from "./day.ts";
import { requestIdOf } from "./request-id.ts";

/** One hotel of the file as the API knows it. */
export interface Hotel {
  readonly name: string;
  readonly propertyId: string;
  /** "properties/…" */
  readonly property: string;
  readonly bookings: readonly Booking[];
  readonly roomTypes: readonly RoomTypeNeed[];
}

export const currencyCode = "EUR";
const RATE_PLAN = "agreed";
const RANGE_DAYS_MAX = 1100;
const UPDATES_MAX = 1000;

const places: ReadonlyMap<string, NewProperty["location"]> = new Map([
  ["City Hotel", { latitude: 38.72, longitude: -9.14 }],
  ["Resort Hotel", { latitude: 37.09, longitude: -8.25 }],
]);
const elsewhere = { latitude: 38.72, longitude: -9.14 } as const;

/** The hotels of the file, each with its bookings and what they need. */
export function hotelsOf(bookings: readonly Booking[], suffix: string): readonly Hotel[] {
  return [...Map.groupBy(bookings, ({ hotel }) => hotel)].map(([name, own]) => {
    const propertyId = `${slug(name).slice(0, 40)}-${suffix}`;
    const property = `properties/${propertyId}`;
    return { name, propertyId, property, bookings: own, roomTypes: roomTypeNeeds(own) };
  });
}

export function roomTypeName({ property }: Hotel, roomType: string): string {
  return `${property}/roomTypes/${roomType}`;
}

export function ratePlanName({ property }: Hotel): string {
  return `${property}/ratePlans/${RATE_PLAN}`;
}

/** Creates a hotel with its room types, one rate plan whose cancellation is free at any time, and the capacity of every night. */
export async function createHotel(api: HotelApi, hotel: Hotel): Promise<void> {
  const { name, propertyId, property } = hotel;
  const id = (what: string) => requestIdOf(property, what);
  const location = places.get(name) ?? elsewhere;
  const facts = { id: propertyId, displayName: name, timeZone: "Europe/Lisbon", currencyCode, location };
  await api.createProperty(facts, id("property"));
  for (const { roomType, maxAdults, maxGuests } of hotel.roomTypes) {
    const displayName = `Room type ${roomType.toUpperCase()}`;
    await api.createRoomType(
      { property, id: roomType, displayName, maxAdults, maxGuests },
      id(`room type ${roomType}`),
    );
  }
  await api.createRatePlan(
    { property, id: RATE_PLAN, displayName: "Agreed price, free cancellation" },
    id("rate plan"),
  );
  const updates = capacityUpdates(hotel);
  for (let first = 0; first < updates.length; first += UPDATES_MAX) {
    await api.setCapacities(property, updates.slice(first, first + UPDATES_MAX), id(`capacities ${first}`));
  }
}

/** One range for each room type, or more where it is longer than one update may be. */
export function capacityUpdates(hotel: Hotel): readonly CapacityUpdate[] {
  return hotel.roomTypes.flatMap(({ roomType, capacity, firstNight, endDay }) => {
    const updates: CapacityUpdate[] = [];
    for (let start = firstNight; start < endDay; start += RANGE_DAYS_MAX) {
      const end = Math.min(start + RANGE_DAYS_MAX, endDay);
      updates.push({
        roomType: roomTypeName(hotel, roomType),
        startDate: isoDay(start),
        endDate: isoDay(end),
        capacity,
      });
    }
    return updates;
  });
}
