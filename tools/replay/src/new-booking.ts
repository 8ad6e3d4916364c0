import type { NewBooking } from "./api.ts";
import { type Booking, totalOf } from "./booking.ts";
import { isoDay } from "./day.ts";
import { currencyCode, type Hotel, ratePlanName, roomTypeName } from "./hotel.ts";

/** A row as it is booked. The file names no guest; an odd row goes as it is. */
export function newBooking(hotel: Hotel, booking: Booking): NewBooking {
  return {
    property: hotel.property,
    roomType: roomTypeName(hotel, booking.roomType),
    ratePlan: ratePlanName(hotel),
    checkInDate: isoDay(booking.arrival),
    checkOutDate: isoDay(booking.departure),
    adults: booking.adults,
    children: booking.children,
    currencyCode,
    agreedNightlyPrice: booking.nightlyPrice,
    externalReference: `row-${booking.row}`,
    guest: { givenName: "Guest", familyName: `of row ${booking.row}` },
    ...(totalOf(booking) > 0n ? { paymentMethodToken: "tok_visa" } : {}),
  };
}
