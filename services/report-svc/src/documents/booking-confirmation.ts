import type { Booking, PaymentFacts } from "../domain/booking.ts";
import { nightsBetween } from "../domain/calendar.ts";
import { penaltyPeriods } from "../domain/cancellation-terms.ts";
import { instantOf } from "../domain/local-time.ts";
import { type RoomGroup, roomGroups } from "../domain/price-lines.ts";
import type { Language } from "../domain/report.ts";
import { type BookingWords, bookingWords } from "./booking-words.ts";
import { type Locale, localeOf } from "./locale.ts";
import type { Printable } from "./printable.ts";
import { printableView } from "./printable-view.ts";
import { qrSvg } from "./qr.ts";

/** What the template booking-confirmation.typ lays out: words only, nothing left to decide. */
export type BookingView = ReturnType<typeof bookingView>;

/** Words a booking in a language. */
export function bookingView(booking: Booking, language: Language, printable: Printable) {
  const words = bookingWords[language];
  const locale = localeOf(language, printable);
  const { property } = booking;
  const guest = `${booking.guest.givenName} ${booking.guest.familyName}`;
  const number = booking.reservation.split("/").at(-1) ?? "";
  const nights = nightsBetween(booking.checkInDate, booking.checkOutDate);
  const onTop = booking.taxesAndFees.filter((tax) => !tax.included);
  const included = booking.taxesAndFees.filter((tax) => tax.included);
  const view = {
    language,
    title: words.title[booking.state],
    good: ["CONFIRMED", "CHECKED_IN", "CHECKED_OUT"].includes(booking.state),
    property: {
      name: property.displayName,
      address: property.addressLines,
      contact: [property.phone === "" ? "" : `${words.telephone} ${property.phone}`, property.email].filter(Boolean),
    },
    greeting: words.greeting(guest),
    opening: [words.opening[booking.state], ...afterwards(booking, words, locale)],
    arrival: {
      label: words.arrival,
      day: locale.longDay(booking.checkInDate),
      time: words.from(locale.time(property.checkInTime)),
    },
    departure: {
      label: words.departure,
      day: locale.longDay(booking.checkOutDate),
      time: words.until(locale.time(property.checkOutTime)),
    },
    stay: { label: words.stay, length: words.nights(nights), rooms: words.rooms(booking.rooms.length) },
    facts: [
      { label: words.number, value: number },
      { label: words.guest, value: guest },
      { label: words.guests, value: people(booking.rooms, words) },
      ...(booking.externalReference === "" ? [] : [{ label: words.reference, value: booking.externalReference }]),
      { label: words.bookedOn, value: locale.date(booking.bookedTime, property.timeZone) },
    ],
    prices: { label: words.prices, columns: words.columns },
    groups: roomGroups(booking.rooms).map((group) => groupView(group, words, locale)),
    sums: [
      ...(onTop.length === 0 ? [] : [{ label: words.roomTotal, amount: locale.money(booking.roomTotal) }]),
      ...onTop.map((tax) => ({ label: tax.displayName, amount: locale.money(tax.amount) })),
    ],
    total: { label: words.total, amount: locale.money(booking.total) },
    included:
      included.length === 0
        ? ""
        : words.includes(included.map((tax) => `${tax.displayName} ${locale.money(tax.amount)}`).join(", ")),
    payment: { label: words.payment, text: paymentText(booking, words, locale) },
    cancellation: {
      label: words.cancellation,
      lines: cancellationLines(booking, words, locale),
      note: words.localTime,
    },
    page: { label: words.page, of: words.of },
  };
  return {
    ...printableView(view, printable),
    qr: { svg: qrSvg(booking.reservation), alt: words.qr(booking.reservation) },
  };
}

function afterwards(booking: Booking, words: BookingWords, locale: Locale): readonly string[] {
  if (booking.state === "HELD" && booking.holdExpireTime !== undefined) {
    return [words.holdUntil(locale.moment(booking.holdExpireTime, booking.property.timeZone))];
  }
  if (booking.penalty === undefined) return [];
  return booking.state === "CANCELLED" || booking.state === "NO_SHOW"
    ? [words.penalty(locale.money(booking.penalty))]
    : [];
}

function people(rooms: readonly { readonly adults: number; readonly children: number }[], words: BookingWords): string {
  const adults = rooms.reduce((sum, room) => sum + room.adults, 0);
  const children = rooms.reduce((sum, room) => sum + room.children, 0);
  return [words.adults(adults), ...(children === 0 ? [] : [words.children(children)])].join(", ");
}

function groupView({ count, room, lines }: RoomGroup, words: BookingWords, locale: Locale) {
  const plan = room.ratePlan === undefined ? [] : [room.ratePlan];
  const each = count === 1 ? people([room], words) : `${words.each} ${people([room], words)}`;
  return {
    room: count === 1 ? room.roomType : `${count} × ${room.roomType}`,
    about: [each, words.meals[room.mealPlan], ...plan].join(" · "),
    lines: lines.map((line) => ({
      period:
        line.nights === 1 ? locale.shortDay(line.from) : `${locale.shortDay(line.from)} – ${locale.shortDay(line.to)}`,
      nights: count === 1 ? `${line.nights}` : `${line.nights} × ${count}`,
      price: locale.money(line.nightly),
      amount: locale.money(line.amount),
    })),
  };
}

function paymentText(booking: Booking, words: BookingWords, locale: Locale): string {
  const { paid } = words;
  const payment: PaymentFacts = booking.payment;
  switch (payment.status) {
    case "NOT_REQUIRED":
      if (booking.total.minorUnits === 0n) return paid.notRequired;
      return ["HELD", "CONFIRMED", "CHECKED_IN"].includes(booking.state) ? paid.atProperty : paid.notTaken;
    case "OPEN":
      return paid.open;
    case "AUTHORIZED": {
      const amount = { amount: locale.money(payment.amount) };
      return booking.captureTiming === "AT_CHECK_IN" ? paid.authorizedUntilArrival(amount) : paid.authorized(amount);
    }
    case "CAPTURED": {
      const amount = locale.money(payment.amount);
      if (payment.refunded.minorUnits > 0n) {
        return paid.refunded({ amount, refunded: locale.money(payment.refunded) });
      }
      return payment.amount.minorUnits === booking.total.minorUnits
        ? paid.captured({ amount })
        : paid.charged({ amount });
    }
    case "NOT_TAKEN":
      return paid.notTaken;
  }
}

// Terms matter to who can still cancel; on a document of a stay that has ended they would only mislead.
function cancellationLines(booking: Booking, words: BookingWords, locale: Locale): readonly string[] {
  if (booking.state !== "CONFIRMED" && booking.state !== "HELD") return [];
  const { timeZone, checkInTime } = booking.property;
  const checkIn = instantOf(booking.checkInDate, checkInTime, timeZone);
  const periods = penaltyPeriods(booking.cancellationTiers, checkIn, booking.total);
  return periods.map(({ until, percent, amount }, index) => {
    const moment = until === undefined ? undefined : locale.moment(until, timeZone);
    if (percent === 0) return words.free(moment);
    return words.costs(moment, locale.percent(percent * 100, 0), locale.money(amount), index === 0);
  });
}
