import type { BookingState, MealPlan } from "../domain/booking.ts";
import type { Language } from "../domain/report.ts";

type Amounts = { readonly amount: string };

/** The words of a booking's document. */
export interface BookingWords {
  readonly title: Readonly<Record<BookingState, string>>;
  readonly greeting: (guest: string) => string;
  readonly opening: Readonly<Record<BookingState, string>>;
  readonly holdUntil: (moment: string) => string;
  readonly penalty: (amount: string) => string;
  readonly arrival: string;
  readonly departure: string;
  readonly from: (time: string) => string;
  readonly until: (time: string) => string;
  readonly stay: string;
  readonly nights: (count: number) => string;
  readonly rooms: (count: number) => string;
  readonly adults: (count: number) => string;
  readonly children: (count: number) => string;
  readonly guest: string;
  readonly guests: string;
  readonly number: string;
  readonly reference: string;
  readonly bookedOn: string;
  readonly contact: string;
  readonly telephone: string;
  readonly qr: (reservation: string) => string;
  readonly prices: string;
  readonly columns: {
    readonly period: string;
    readonly nights: string;
    readonly price: string;
    readonly amount: string;
  };
  readonly perRoom: string;
  readonly each: string;
  readonly meals: Readonly<Record<MealPlan, string>>;
  readonly roomTotal: string;
  readonly total: string;
  readonly includes: (list: string) => string;
  readonly payment: string;
  readonly paid: {
    readonly notRequired: string;
    readonly atProperty: string;
    readonly open: string;
    readonly authorized: (facts: Amounts) => string;
    readonly authorizedUntilArrival: (facts: Amounts) => string;
    readonly captured: (facts: Amounts) => string;
    readonly charged: (facts: Amounts) => string;
    readonly refunded: (facts: Amounts & { readonly refunded: string }) => string;
    readonly notTaken: string;
  };
  readonly cancellation: string;
  readonly free: (until: string | undefined) => string;
  readonly costs: (until: string | undefined, percent: string, amount: string, first: boolean) => string;
  readonly localTime: string;
  readonly page: string;
  readonly of: string;
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const en: BookingWords = {
  title: {
    HELD: "Reservation on hold",
    CONFIRMED: "Booking confirmation",
    CHECKED_IN: "Booking confirmation",
    CHECKED_OUT: "Booking confirmation",
    CANCELLED: "Cancellation confirmation",
    NO_SHOW: "Booking not used",
    EXPIRED: "Reservation lapsed",
    RELEASED: "Reservation released",
  },
  greeting: (guest) => `Dear ${guest},`,
  opening: {
    HELD: "we are keeping the following stay for you. It is not confirmed yet.",
    CONFIRMED: "thank you for your booking. We are pleased to confirm your stay and look forward to welcoming you.",
    CHECKED_IN: "thank you for staying with us. These are the details of your booking.",
    CHECKED_OUT: "thank you for having stayed with us. These were the details of your booking.",
    CANCELLED: "your booking has been cancelled as requested. These were its details.",
    NO_SHOW: "we did not see you arrive. These were the details of your booking.",
    EXPIRED: "the time for confirming this stay has passed, and the rooms are no longer kept for you.",
    RELEASED: "this stay was given up before it was confirmed, and the rooms are no longer kept for you.",
  },
  holdUntil: (moment) => `The rooms are kept until ${moment}.`,
  penalty: (amount) => `The charge under the cancellation terms is ${amount}.`,
  arrival: "Check-in",
  departure: "Check-out",
  from: (time) => `from ${time}`,
  until: (time) => `until ${time}`,
  stay: "Your stay",
  nights: (count) => counted(count, "night", "nights"),
  rooms: (count) => counted(count, "room", "rooms"),
  adults: (count) => counted(count, "adult", "adults"),
  children: (count) => counted(count, "child", "children"),
  guest: "Booked by",
  guests: "Guests",
  number: "Reservation number",
  reference: "Your reference",
  bookedOn: "Booked on",
  contact: "Contact",
  telephone: "Tel.",
  qr: (reservation) => `QR code of the reservation name ${reservation}`,
  prices: "Rooms and prices",
  columns: { period: "Dates", nights: "Nights", price: "Per night", amount: "Amount" },
  perRoom: "per room",
  each: "each with",
  meals: {
    ROOM_ONLY: "Room only",
    BREAKFAST: "Breakfast included",
    HALF_BOARD: "Half board included",
    FULL_BOARD: "Full board included",
    ALL_INCLUSIVE: "All inclusive",
  },
  roomTotal: "Room charges",
  total: "Total",
  includes: (list) => `The total includes ${list}.`,
  payment: "Payment",
  paid: {
    notRequired: "Nothing is due for this stay.",
    atProperty: "Please pay the total at the hotel.",
    open: "Your payment is being processed.",
    authorized: ({ amount }) => `Your card has been authorised for ${amount}.`,
    authorizedUntilArrival: ({ amount }) =>
      `Your card has been authorised for ${amount}. The amount will be charged when you check in.`,
    captured: ({ amount }) => `Paid in full by card: ${amount}. Thank you.`,
    charged: ({ amount }) => `Charged to your card: ${amount}.`,
    refunded: ({ amount, refunded }) => `Charged to your card: ${amount}. Refunded: ${refunded}.`,
    notTaken: "Nothing has been charged.",
  },
  cancellation: "Cancellation terms",
  free: (until) => (until === undefined ? "Free of charge." : `Free of charge until ${until}.`),
  costs: (until, percent, amount, first) => {
    const when =
      until === undefined ? (first ? "At any time" : "After that, and if you do not arrive") : `Until ${until}`;
    return `${when}: ${percent} of the total, ${amount}.`;
  },
  localTime: "All times are local times at the hotel.",
  page: "Page",
  of: "of",
};

const de: BookingWords = {
  title: {
    HELD: "Vorgemerkte Reservierung",
    CONFIRMED: "Buchungsbestätigung",
    CHECKED_IN: "Buchungsbestätigung",
    CHECKED_OUT: "Buchungsbestätigung",
    CANCELLED: "Stornobestätigung",
    NO_SHOW: "Nicht angetretene Buchung",
    EXPIRED: "Verfallene Reservierung",
    RELEASED: "Zurückgegebene Reservierung",
  },
  greeting: (guest) => `Guten Tag ${guest},`,
  opening: {
    HELD: "wir halten den folgenden Aufenthalt für Sie frei. Er ist noch nicht bestätigt.",
    CONFIRMED: "vielen Dank für Ihre Buchung. Gern bestätigen wir Ihren Aufenthalt und freuen uns auf Ihren Besuch.",
    CHECKED_IN: "schön, dass Sie bei uns sind. Dies sind die Einzelheiten Ihrer Buchung.",
    CHECKED_OUT: "vielen Dank für Ihren Aufenthalt. Dies waren die Einzelheiten Ihrer Buchung.",
    CANCELLED: "Ihre Buchung wurde wie gewünscht storniert. Dies waren ihre Einzelheiten.",
    NO_SHOW: "Sie sind leider nicht angereist. Dies waren die Einzelheiten Ihrer Buchung.",
    EXPIRED:
      "die Frist zur Bestätigung dieses Aufenthalts ist verstrichen; die Zimmer werden nicht länger freigehalten.",
    RELEASED: "dieser Aufenthalt wurde vor der Bestätigung aufgegeben; die Zimmer werden nicht länger freigehalten.",
  },
  holdUntil: (moment) => `Die Zimmer werden bis ${moment} freigehalten.`,
  penalty: (amount) => `Nach den Stornobedingungen werden ${amount} berechnet.`,
  arrival: "Anreise",
  departure: "Abreise",
  from: (time) => `ab ${time}`,
  until: (time) => `bis ${time}`,
  stay: "Ihr Aufenthalt",
  nights: (count) => counted(count, "Nacht", "Nächte"),
  rooms: (count) => counted(count, "Zimmer", "Zimmer"),
  adults: (count) => counted(count, "Erwachsener", "Erwachsene"),
  children: (count) => counted(count, "Kind", "Kinder"),
  guest: "Gebucht von",
  guests: "Gäste",
  number: "Reservierungsnummer",
  reference: "Ihr Zeichen",
  bookedOn: "Gebucht am",
  contact: "Kontakt",
  telephone: "Tel.",
  qr: (reservation) => `QR-Code des Reservierungsnamens ${reservation}`,
  prices: "Zimmer und Preise",
  columns: { period: "Zeitraum", nights: "Nächte", price: "Pro Nacht", amount: "Betrag" },
  perRoom: "je Zimmer",
  each: "je",
  meals: {
    ROOM_ONLY: "Ohne Verpflegung",
    BREAKFAST: "Mit Frühstück",
    HALF_BOARD: "Mit Halbpension",
    FULL_BOARD: "Mit Vollpension",
    ALL_INCLUSIVE: "All-inclusive",
  },
  roomTotal: "Zimmerpreise",
  total: "Gesamtbetrag",
  includes: (list) => `Im Gesamtbetrag enthalten: ${list}.`,
  payment: "Zahlung",
  paid: {
    notRequired: "Für diesen Aufenthalt ist nichts zu zahlen.",
    atProperty: "Bitte zahlen Sie den Gesamtbetrag im Hotel.",
    open: "Ihre Zahlung wird bearbeitet.",
    authorized: ({ amount }) => `Auf Ihrer Karte sind ${amount} vorgemerkt.`,
    authorizedUntilArrival: ({ amount }) =>
      `Auf Ihrer Karte sind ${amount} vorgemerkt. Der Betrag wird bei der Anreise abgebucht.`,
    captured: ({ amount }) => `Vollständig mit Karte bezahlt: ${amount}. Vielen Dank.`,
    charged: ({ amount }) => `Von Ihrer Karte abgebucht: ${amount}.`,
    refunded: ({ amount, refunded }) => `Von Ihrer Karte abgebucht: ${amount}. Erstattet: ${refunded}.`,
    notTaken: "Es wurde nichts berechnet.",
  },
  cancellation: "Stornobedingungen",
  free: (until) => (until === undefined ? "Kostenlos." : `Kostenlos bis ${until}.`),
  costs: (until, percent, amount, first) => {
    const when = until === undefined ? (first ? "Jederzeit" : "Danach und bei Nichtanreise") : `Bis ${until}`;
    return `${when}: ${percent} des Gesamtbetrags, ${amount}.`;
  },
  localTime: "Alle Uhrzeiten sind Ortszeiten des Hotels.",
  page: "Seite",
  of: "von",
};

export const bookingWords: Readonly<Record<Language, BookingWords>> = { en, de };
