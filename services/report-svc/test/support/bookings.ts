import type { BookedRoom, Booking } from "../../src/domain/booking.ts";
import { addDays, nightsBetween } from "../../src/domain/calendar.ts";

export const eur = (minorUnits: bigint | number) => ({ currencyCode: "EUR", minorUnits: BigInt(minorUnits) });

export function room(
  changes: Partial<BookedRoom> = {},
  checkIn = "2027-03-05",
  prices: readonly number[] = [12900, 12900],
): BookedRoom {
  return {
    roomType: "Standard",
    ratePlan: "Flexible",
    mealPlan: "BREAKFAST",
    adults: 2,
    children: 0,
    nights: prices.map((price, index) => ({ date: addDays(checkIn, index), price: eur(price) })),
    ...changes,
  };
}

/** A paid stay of two nights in Lisbon. */
export function booking(changes: Partial<Booking> = {}): Booking {
  const made: Booking = {
    reservation: "properties/lisbon-city/reservations/0190a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b",
    state: "CONFIRMED",
    property: {
      displayName: "Lisbon City",
      addressLines: ["Rua Augusta 100", "1100-053 Lisboa", "Portugal"],
      email: "desk@lisbon-city.example",
      phone: "+351 21 000 00 00",
      timeZone: "Europe/Lisbon",
      checkInTime: "15:00",
      checkOutTime: "11:00",
    },
    guest: { givenName: "Ana", familyName: "Silva" },
    externalReference: "web-1",
    checkInDate: "2027-03-05",
    checkOutDate: "2027-03-07",
    rooms: [room()],
    roomTotal: eur(25800),
    taxesAndFees: [
      { displayName: "City tax", amount: eur(1600), included: false },
      { displayName: "VAT 6 %", amount: eur(1460), included: true },
    ],
    total: eur(27400),
    payment: { status: "CAPTURED", amount: eur(27400), refunded: eur(0) },
    captureTiming: "AT_CONFIRM",
    cancellationTiers: [
      { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
      { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
    ],
    penalty: undefined,
    holdExpireTime: undefined,
    bookedTime: new Date("2027-02-11T10:20:30Z"),
    updateTime: new Date("2027-02-11T10:20:31Z"),
    ...changes,
  };
  return made;
}

/** A stay whose nights all cost something else, in several rooms: as long as a document gets. */
export function longBooking(): Booking {
  const checkIn = "2027-07-01";
  const checkOut = "2027-07-31";
  const prices = Array.from({ length: nightsBetween(checkIn, checkOut) }, (_, index) => 1800000 + (index % 7) * 35000);
  const jpy = (value: number | bigint) => ({ currencyCode: "JPY", minorUnits: BigInt(value) });
  const nights = prices.map((price, index) => ({ date: addDays(checkIn, index), price: jpy(price) }));
  const suite = room({
    roomType: "Imperial suite with a terrace that looks over the whole of the garden and the bay",
    mealPlan: "ALL_INCLUSIVE",
    ratePlan: "Advance purchase, not refundable, with late check-out",
    nights,
    children: 2,
  });
  const sum = prices.reduce((total, price) => total + price, 0);
  return booking({
    checkInDate: checkIn,
    checkOutDate: checkOut,
    rooms: [suite, suite, room({ nights: nights.map((night) => ({ ...night, price: jpy(24000) })), adults: 1 })],
    roomTotal: jpy(sum * 2 + 24000 * 30),
    taxesAndFees: [
      { displayName: "Accommodation tax", amount: jpy(54000), included: false },
      { displayName: "Consumption tax 10 %", amount: jpy(9000000), included: true },
    ],
    total: jpy(sum * 2 + 24000 * 30 + 54000),
    payment: { status: "AUTHORIZED", amount: jpy(sum * 2 + 24000 * 30 + 54000) },
    captureTiming: "AT_CHECK_IN",
    guest: {
      givenName: "Maximiliane-Alexandra Wilhelmine Friederike Charlotte",
      familyName: `von ${"Donaudampfschifffahrtsgesellschaft".repeat(4)}`,
    },
    property: {
      ...booking().property,
      displayName: "The Grand Imperial Palace Hotel and Conference Resort at the Bay of a Thousand Islands",
      timeZone: "Asia/Tokyo",
    },
    cancellationTiers: [
      { untilHoursBeforeCheckIn: 720, penaltyPercent: 10 },
      { untilHoursBeforeCheckIn: 168, penaltyPercent: 50 },
      { untilHoursBeforeCheckIn: 48, penaltyPercent: 80 },
    ],
  });
}
