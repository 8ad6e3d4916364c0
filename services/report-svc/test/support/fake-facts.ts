import { Payment, PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { CatalogServiceService, Property, RatePlan, RoomType } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import {
  ExportStaysResponse,
  Reservation,
  ReservationServiceService,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import {
  type CallContext,
  fixedPrincipals,
  type Handlers,
  implement,
  noTelemetry,
  principalOf,
  type RunningServer,
  type ServiceDefinition,
  serve,
  silentLog,
  systemClock,
} from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import { testContract } from "@staymesh/service-kit/testing";

export const SERVICE_KEY = "the-key-of-report-svc";
export const PARTNER = "acme";

/** Stands in for reservation-svc and payment-svc: real contracts, real calls, a few facts in memory that a test may change. */
export interface FakeFacts extends AsyncDisposable {
  readonly address: string;
  readonly server: RunningServer;
  readonly reservations: Map<string, Reservation>;
  readonly payments: Map<string, Payment>;
  readonly stays: ExportStaysResponse[];
  /** How often a method was called. */
  readonly calls: Map<string, number>;
  /** While it is set, reading a reservation waits for it. */
  gate: Promise<void> | undefined;
}

export const PROPERTY = "properties/lisbon-city";
export const RESERVATION = `${PROPERTY}/reservations/0190a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b`;
export const GUEST = { givenName: "Anastazja", familyName: "Brzęczyszczykiewicz" };
const eur = (minorUnits: number) => ({ currencyCode: "EUR", minorUnits: BigInt(minorUnits) });

export async function fakeFacts(options: { readonly port?: number } = {}): Promise<FakeFacts> {
  const contract = await testContract();
  const reservations = new Map([[RESERVATION, confirmed()]]);
  const payments = new Map([["payments/p-1", captured()]]);
  const stays: ExportStaysResponse[] = [];
  const calls = new Map<string, number>();
  const state: { gate: Promise<void> | undefined } = { gate: undefined };

  const own = <T>(method: string, call: CallContext, found: T | undefined): T => {
    calls.set(method, (calls.get(method) ?? 0) + 1);
    if (call.principal.partner !== PARTNER || found === undefined) throw new Refusal("NOT_FOUND", "It is not there.");
    return found;
  };
  const property = Property.fromPartial({
    name: PROPERTY,
    displayName: "Lisbon City",
    timeZone: "Europe/Lisbon",
    currencyCode: "EUR",
    addressLines: ["Rua Augusta 100", "1100-053 Lisboa"],
    contactPhone: "+351 21 000 00 00",
    contactEmail: "desk@lisbon-city.example",
  });
  const roomType = RoomType.fromPartial({ name: `${PROPERTY}/roomTypes/a`, displayName: "Standard", maxAdults: 2 });
  const ratePlan = RatePlan.fromPartial({ name: `${PROPERTY}/ratePlans/flex`, displayName: "Flexible", mealPlan: 2 });

  const server = await serve({
    name: "fake-facts",
    port: options.port ?? 0,
    adminPort: 0,
    contract,
    services: [
      implement(
        ReservationServiceService,
        partly(ReservationServiceService, {
          async getReservation({ name }, call) {
            const reservation = own("getReservation", call, reservations.get(name));
            if (call.requestId !== "" && call.principal.keyId === "") await state.gate;
            return reservation;
          },
          async *exportStays({ parent }, call) {
            own("exportStays", call, parent === PROPERTY ? property : undefined);
            yield* stays;
          },
        }),
      ),
      implement(
        CatalogServiceService,
        partly(CatalogServiceService, {
          getProperty: async ({ name }, call) => own("getProperty", call, name === PROPERTY ? property : undefined),
          getRoomType: async ({ name }, call) =>
            own("getRoomType", call, name === roomType.name ? roomType : undefined),
          getRatePlan: async ({ name }, call) =>
            own("getRatePlan", call, name === ratePlan.name ? ratePlan : undefined),
        }),
      ),
      implement(
        PaymentServiceService,
        partly(PaymentServiceService, {
          getPayment: async ({ name }, call) => own("getPayment", call, payments.get(name)),
        }),
      ),
    ],
    principals: fixedPrincipals(
      new Map([[SERVICE_KEY, principalOf({ partner: "", scopes: [], properties: [], service: "report-svc" })]]),
    ),
    clock: systemClock,
    log: silentLog,
    telemetry: noTelemetry(),
    drainTimeoutMs: 200,
    handleSignals: false,
  });
  return Object.assign(state, {
    address: server.address,
    server,
    reservations,
    payments,
    stays,
    calls,
    [Symbol.asyncDispose]: () => server.close(),
  });
}

/** A night of capacity, and a stay of one room for the given prices. */
export const capacityOf = (date: string, capacity: number) =>
  ExportStaysResponse.fromPartial({ item: { $case: "night", value: { date, capacity, sold: 0 } } });
export const stayOf = (state: number, checkInDate: string, checkOutDate: string, nights: readonly [string, number][]) =>
  ExportStaysResponse.fromPartial({
    item: {
      $case: "stay",
      value: {
        reservation: RESERVATION,
        state: 4 === state ? 4 : state === 5 ? 5 : 6,
        checkInDate,
        checkOutDate,
        rooms: 1,
        nights: nights.map(([date, price]) => ({ date, rooms: 1, revenue: eur(price) })),
      },
    },
  });

function confirmed(): Reservation {
  return Reservation.fromPartial({
    name: RESERVATION,
    state: 2,
    checkInDate: "2027-03-05",
    checkOutDate: "2027-03-07",
    rooms: [
      {
        roomType: `${PROPERTY}/roomTypes/a`,
        ratePlan: `${PROPERTY}/ratePlans/flex`,
        adults: 2,
        nightlyPrices: [
          { date: "2027-03-05", roomIndex: 0, price: eur(12900) },
          { date: "2027-03-06", roomIndex: 0, price: eur(12900) },
        ],
      },
    ],
    booker: { ...GUEST, email: "a@example.com" },
    total: eur(25800),
    roomTotal: eur(25800),
    cancellationPolicy: { tiers: [{ untilHoursBeforeCheckIn: 48, penaltyPercent: 0 }] },
    payment: "payments/p-1",
    paymentState: 5,
    createTime: { seconds: 1_800_000_000n, nanos: 0 },
    updateTime: { seconds: 1_800_000_100n, nanos: 0 },
    confirmTime: { seconds: 1_800_000_100n, nanos: 0 },
  });
}

function captured(): Payment {
  return Payment.fromPartial({
    name: "payments/p-1",
    state: 4,
    amount: eur(25800),
    captured: eur(25800),
    refunded: eur(0),
  });
}

// The contract's other methods are not for report-svc; that it calls one of them is a fault.
function partly<S extends ServiceDefinition>(definition: S, handlers: Partial<Handlers<S>>): Handlers<S> {
  const others = Object.keys(definition).map((name) => [
    name,
    () => {
      throw new Error(`${name} is not for report-svc`);
    },
  ]);
  return { ...Object.fromEntries(others), ...handlers };
}
