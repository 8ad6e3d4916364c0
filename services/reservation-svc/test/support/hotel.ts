import { randomUUID } from "node:crypto";
import { Property, RatePlan, RoomType } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import {
  type InventoryUpdate,
  InventoryUpdate as InventoryUpdateMessage,
} from "@staymesh/proto/staymesh/reservation/v1/inventory";
import {
  CreateReservationRequest,
  type Guest,
  Reservation,
  type ReservedRoom,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { Caller } from "@staymesh/service-kit";
import type { World as WholeWorld } from "./world.ts";

/** What of the world setting up a hotel needs. */
type World = Pick<WholeWorld, "catalog" | "inventory" | "as">;

export const ana: Guest = {
  givenName: "Ana",
  familyName: "Silva",
  email: "ana@example.com",
  phone: "+351 900 000 000",
  languageCode: "pt",
};

export interface Hotel {
  readonly name: string;
  readonly roomType: (id: string) => string;
  readonly ratePlan: string;
}

export interface HotelOptions {
  readonly id?: string;
  readonly property?: Partial<Property>;
  readonly ratePlan?: Partial<RatePlan>;
  /** Capacity by room type. */
  readonly rooms?: Readonly<Record<string, number>>;
  readonly from?: string;
  readonly to?: string;
  readonly price?: bigint;
  readonly as?: Caller;
}

export const write = () => ({ requestId: randomUUID(), validateOnly: false });

/** A hotel in Lisbon with rooms and prices. */
export async function openHotel(world: World, options: HotelOptions = {}): Promise<Hotel> {
  const id = options.id ?? `hotel-${randomUUID().slice(0, 8)}`;
  const from = options.as ?? world.as();
  const { from: startDate = "2027-03-01", to: endDate = "2027-06-01", rooms = { a: 200 } } = options;
  const name = `properties/${id}`;
  await world.catalog.createProperty(
    {
      ...write(),
      propertyId: id,
      property: Property.fromPartial({
        displayName: "Lisbon City",
        timeZone: "Europe/Lisbon",
        currencyCode: "EUR",
        location: { latitude: 38.72, longitude: -9.14 },
        ...options.property,
      }),
    },
    from,
  );
  await world.catalog.createRatePlan(
    {
      ...write(),
      parent: name,
      ratePlanId: "flex",
      ratePlan: RatePlan.fromPartial({
        displayName: "Flexible",
        cancellationPolicy: {
          tiers: [
            { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
            { untilHoursBeforeCheckIn: 0, penaltyPercent: 50 },
          ],
        },
        ...options.ratePlan,
      }),
    },
    from,
  );
  const ratePlan = `${name}/ratePlans/flex`;
  for (const [roomTypeId, capacity] of Object.entries(rooms)) {
    const roomType = RoomType.fromPartial({ displayName: `Room ${roomTypeId}`, maxAdults: 2, maxGuests: 4 });
    await world.catalog.createRoomType({ ...write(), parent: name, roomTypeId, roomType }, from);
    await setNights(world, name, { roomType: `${name}/roomTypes/${roomTypeId}`, startDate, endDate, capacity }, from);
    const nightlyPrice = { currencyCode: options.property?.currencyCode ?? "EUR", minorUnits: options.price ?? 12900n };
    const update = {
      ratePlan,
      roomType: `${name}/roomTypes/${roomTypeId}`,
      startDate,
      endDate,
      daysOfWeek: [],
      nightlyPrice,
    };
    await world.inventory.batchUpdateRates({ ...write(), parent: name, updates: [update] }, from);
  }
  return { name, ratePlan, roomType: (room) => `${name}/roomTypes/${room}` };
}

export const setNights = (world: World, parent: string, update: Partial<InventoryUpdate>, from: Caller = world.as()) =>
  world.inventory.batchUpdateInventory(
    { ...write(), parent, updates: [InventoryUpdateMessage.fromPartial(update)] },
    from,
  );

export const room = (hotel: Hotel, id = "a", price: bigint | undefined = 10000n, adults = 2): ReservedRoom => ({
  roomType: hotel.roomType(id),
  ratePlan: hotel.ratePlan,
  adults,
  children: 0,
  agreedNightlyPrice: price === undefined ? undefined : { currencyCode: "EUR", minorUnits: price },
  nightlyPrices: [],
});

/** A request for a stay at agreed prices. */
export const stay = (
  hotel: Hotel,
  checkInDate: string,
  checkOutDate: string,
  more: Partial<CreateReservationRequest> & {
    readonly rooms?: readonly ReservedRoom[];
    readonly reference?: string;
  } = {},
): CreateReservationRequest => {
  const { rooms = [room(hotel)], reference = "", ...request } = more;
  return {
    ...CreateReservationRequest.fromPartial({}),
    ...write(),
    parent: hotel.name,
    reservation: {
      ...Reservation.fromPartial({}),
      checkInDate,
      checkOutDate,
      rooms,
      booker: ana,
      externalReference: reference,
    },
    ...request,
  };
};
