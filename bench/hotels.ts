import { toBytes } from "../test/contract/requests.ts";
import { type Hotel, holdRequest, openHotel } from "../test/mesh/hotel.ts";
import { seeded } from "../test/mesh/random.ts";
import { methodNamed, type Rpc } from "../test/mesh/rpc.ts";
import type { HoldTemplate } from "./load/bookings.ts";

/** Stands where a request id goes. */
export const placeholder = "00000000-0000-4000-8000-000000000000";
const seed = 20_270_301;
const hotelCount = 8;
const firstNight = Date.UTC(2027, 2, 1);
export const nightCount = 60;

export const openHotels = (rpc: Rpc, key: string): Promise<readonly Hotel[]> =>
  Promise.all(
    Array.from({ length: hotelCount }, (_, number) =>
      openHotel(rpc, {
        key,
        id: `bench-${number}`,
        capacity: 100_000,
        startDate: day(0),
        endDate: day(nightCount + 7),
      }),
    ),
  );

const day = (number: number): string => new Date(firstNight + number * 86_400_000).toISOString().slice(0, 10);

/** Stays of one to three nights in any of the hotels, the same ones for every run. */
export const holdTemplates = (hotels: readonly Hotel[], through: "grpc" | "rest"): readonly HoldTemplate[] => {
  const random = seeded(seed);
  return Array.from({ length: 512 }, () => {
    const hotel = hotels[Math.floor(random() * hotels.length)];
    if (hotel === undefined) throw new Error("There are no hotels.");
    const first = Math.floor(random() * nightCount);
    const stay = { checkInDate: day(first), checkOutDate: day(first + 1 + Math.floor(random() * 3)) };
    const request = holdRequest(hotel, { ...stay, requestId: placeholder });
    const { parent: _parent, ...body } = request;
    const bytes = () => toBytes(methodNamed("ReservationService/CreateReservation"), request).toString("base64");
    return { property: hotel.property, request: through === "grpc" ? bytes() : JSON.stringify(body) };
  });
};

export const search = {
  latitude: 38.7,
  longitude: -9.1,
  radiusMeters: 10_000,
  checkInDate: day(10),
  checkOutDate: day(12),
  adults: 2,
};
