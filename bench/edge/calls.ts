// The two calls that every gateway translates: what it is asked over REST, and what it has to ask of the backend.
import {
  Calendar,
  type CalendarDay,
  GetCalendarRequest,
  InventoryServiceService,
} from "@staymesh/proto/staymesh/reservation/v1/inventory";
import {
  CreateReservationRequest,
  Reservation,
  Reservation_PaymentState,
  Reservation_State,
  ReservationServiceService,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";

export const key = "sk_bench_6f1d2c3b4a5968778695a4b3";
/** Stands where each request has an id of its own. */
export const requestIdPlaceholder = "00000000-0000-4000-8000-000000000000";

export const callNames = ["GET", "POST"] as const;
export type CallName = (typeof callNames)[number];

export interface Call {
  readonly path: string;
  /** JSON, of a POST. */
  readonly body: string | undefined;
  readonly grpcPath: string;
  /** Whether a message asks for what the REST request asks. */
  readonly isAsked: (message: Buffer) => boolean;
  readonly answer: Buffer;
}

const property = "properties/lisbon-city";
const roomType = `${property}/roomTypes/double`;
const ratePlan = (name: string) => `${property}/ratePlans/${name}`;
const euros = (minorUnits: number) => ({ currencyCode: "EUR", minorUnits: BigInt(minorUnits) });
const at = (text: string) => ({ seconds: BigInt(Date.parse(text) / 1000), nanos: 0 });

const calendarAsked = GetCalendarRequest.fromPartial({
  parent: property,
  startDate: "2027-03-01",
  endDate: "2027-03-06",
  roomTypes: [roomType],
  pageSize: 50,
});

const days = ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"].map(
  (date, index): CalendarDay => ({
    date,
    roomType,
    capacity: 120,
    overbookingAllowance: 4,
    sold: 80 + index,
    held: 3,
    available: 41 - index,
    stopSell: false,
    closedToArrival: index === 4,
    closedToDeparture: false,
    minStayNights: 1,
    maxStayNights: 0,
    rates: [
      { ratePlan: ratePlan("flexible"), nightlyPrice: euros(12_900 + 500 * index) },
      { ratePlan: ratePlan("non-refundable"), nightlyPrice: euros(11_600 + 500 * index) },
    ],
  }),
);

const reservationAsked = CreateReservationRequest.fromPartial({
  parent: property,
  reservation: {
    quoteToken: "cXVvdGU".repeat(40),
    booker: { givenName: "Ana", familyName: "Silva", email: "ana@example.com", languageCode: "pt" },
    externalReference: "web-1",
  },
  holdDuration: { seconds: 900n, nanos: 0 },
});

const reservation = Reservation.fromPartial({
  name: `${property}/reservations/0190a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b`,
  state: Reservation_State.HELD,
  checkInDate: "2027-03-05",
  checkOutDate: "2027-03-07",
  rooms: [
    {
      roomType,
      ratePlan: ratePlan("flexible"),
      adults: 2,
      nightlyPrices: [
        { date: "2027-03-05", price: euros(14_900) },
        { date: "2027-03-06", price: euros(14_900) },
      ],
    },
  ],
  booker: { givenName: "Ana", familyName: "Silva", email: "ana@example.com", languageCode: "pt" },
  externalReference: "web-1",
  total: euros(30_200),
  roomTotal: euros(29_800),
  taxesAndFees: [{ code: "city-tax", displayName: "City tax", amount: euros(400) }],
  cancellationPolicy: {
    tiers: [
      { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
      { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
    ],
  },
  captureTiming: 1,
  paymentState: Reservation_PaymentState.PAYMENT_STATE_UNSPECIFIED,
  holdExpireTime: at("2027-02-01T10:15:00Z"),
  createTime: at("2027-02-01T10:00:00Z"),
  updateTime: at("2027-02-01T10:00:00Z"),
  etag: "W1pX2k3mQ9",
});

const query = new URLSearchParams({
  startDate: "2027-03-01",
  endDate: "2027-03-06",
  roomTypes: roomType,
  pageSize: "50",
});
const { quoteToken, booker, externalReference } = reservationAsked.reservation ?? {};

export const calls: Readonly<Record<CallName, Call>> = {
  GET: {
    path: `/v1/${property}/calendar?${query}`,
    body: undefined,
    grpcPath: InventoryServiceService.getCalendar.path,
    isAsked: sameMessage(GetCalendarRequest.encode(calendarAsked).finish(), (bytes) =>
      GetCalendarRequest.encode(GetCalendarRequest.decode(bytes)).finish(),
    ),
    answer: Buffer.from(Calendar.encode({ days, nextPageToken: "" }).finish()),
  },
  POST: {
    path: `/v1/${property}/reservations`,
    body: JSON.stringify({
      reservation: { quoteToken, booker: withoutEmpty(booker), externalReference },
      holdDuration: "900s",
      requestId: requestIdPlaceholder,
    }),
    grpcPath: ReservationServiceService.createReservation.path,
    isAsked: sameMessage(CreateReservationRequest.encode(reservationAsked).finish(), (bytes) => {
      const { requestId, ...rest } = CreateReservationRequest.decode(bytes);
      const isOwn = /^[0-9a-f-]{36}$/.test(requestId);
      return isOwn ? CreateReservationRequest.encode({ ...rest, requestId: "" }).finish() : new Uint8Array();
    }),
    answer: Buffer.from(Reservation.encode(reservation).finish()),
  },
};

// Two writers may put the same message into different bytes, so that both are written by one.
function sameMessage(expected: Uint8Array, rewrite: (bytes: Uint8Array) => Uint8Array): (bytes: Buffer) => boolean {
  return (bytes) => Buffer.compare(rewrite(bytes), expected) === 0;
}

function withoutEmpty(fields: object | undefined): object {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== ""));
}
