import { randomUUID } from "node:crypto";
import { silentLog } from "@staymesh/service-kit";
import type pg from "pg";
import { database } from "../../../../test/support/parts.ts";
import { gatheredWrites } from "../../src/adapters/gathered-writes.ts";
import { openPool } from "../../src/adapters/pool.ts";
import { reservationStore } from "../../src/adapters/reservation-store.ts";
import { vault } from "../../src/adapters/vault.ts";
import type { ChangeWrite, HoldWrite, ReservationStore } from "../../src/app/ports.ts";
import type { Reservation } from "../../src/domain/reservation.ts";

const guest = { givenName: "Ana", familyName: "Silva", email: "", phone: "", languageCode: "" };
const sealed = vault.sealGuest(guest);
const start = new Date("2027-01-01T00:00:00Z");
const day = (number: number) => `2027-03-${String(number).padStart(2, "0")}`;

export interface Stay {
  readonly id: string;
  readonly requestId: string;
  readonly first: number;
  readonly nights: number;
  readonly types: readonly string[];
}

const reservationOf = ({ id, first, nights, types }: Stay): Reservation => ({
  id,
  partner: "north",
  property: "hotel",
  state: "HELD",
  version: 1,
  eventSequence: 1,
  checkIn: day(first),
  checkOut: day(first + nights),
  rooms: types.map((roomType) => ({
    roomType,
    ratePlan: undefined,
    adults: 2,
    children: 0,
    agreedNightlyPrice: 100n,
    nightlyPrices: Array<bigint>(nights).fill(100n),
  })),
  currencyCode: "EUR",
  total: 100n,
  roomTotal: 100n,
  taxes: [],
  policy: undefined,
  captureTiming: "AT_CONFIRM",
  guestId: id,
  booker: guest,
  externalReference: "",
  holdExpireTime: start,
  holdLapsesAt: start,
  payment: "",
  paymentState: "NONE",
  paymentOpen: false,
  nextActionUrl: "",
  penalty: undefined,
  givenBackFrom: undefined,
  createTime: start,
  updateTime: start,
  confirmTime: undefined,
  cancelTime: undefined,
  checkInTime: undefined,
  checkOutTime: undefined,
});

const claimOf = (requestId: string, mark: number) => ({
  partner: "north",
  requestId,
  property: "hotel",
  method: "test",
  fingerprint: Buffer.from([mark]),
});

export const holdOf = (stay: Stay, more: Partial<HoldWrite> = {}): HoldWrite => ({
  partner: "north",
  property: "hotel",
  catalogVersion: 1n,
  claim: claimOf(stay.requestId, 1),
  refusal: undefined,
  booking: {
    reservation: reservationOf(stay),
    holdSeconds: 900,
    guest: sealed,
    eventId: randomUUID(),
    event: "reservation.held",
    answer: Buffer.from(stay.id),
    saga: undefined,
  },
  dryRun: false,
  ...more,
});

/** Gives the rooms back, if the reservation still has the version. */
export const releaseOf = (stay: Stay, requestId: string, version = 1): ChangeWrite => ({
  partner: "north",
  claim: claimOf(requestId, 2),
  refusal: undefined,
  guestId: stay.id,
  change: {
    next: {
      ...reservationOf(stay),
      state: "RELEASED",
      version: version + 1,
      eventSequence: 2,
      holdExpireTime: undefined,
      holdLapsesAt: undefined,
    },
    event: "reservation.released",
    move: { from: day(stay.first), sold: 0, held: -1, cause: "RELEASE" },
    holdSeconds: undefined,
  },
  eventId: randomUUID(),
  saga: undefined,
  answer: Buffer.from(requestId),
  answered: undefined,
});

/** A step of the saga, if it still has the version; it may answer an earlier request. */
export const payOf = (stay: Stay, expected: number, answered: string | undefined): ChangeWrite => ({
  partner: "north",
  claim: undefined,
  refusal: undefined,
  guestId: undefined,
  change: undefined,
  eventId: randomUUID(),
  saga: {
    expected,
    saga: {
      reservationId: stay.id,
      partner: "north",
      property: "hotel",
      phase: "SETTLE",
      state: "RUNNING",
      version: expected + 1,
      leaseOwner: "me",
      nextRunTime: start,
      attempts: 0,
      attemptKey: stay.id,
      sealedToken: Buffer.from("sealed"),
      amount: 100n,
      target: 100n,
      onDecline: "KEEP",
      requestId: undefined,
      payment: "",
      operation: undefined,
      steps: [],
      statedNow: undefined,
    },
    waitSeconds: 60,
  },
  answer: answered === undefined ? undefined : Buffer.from("answered"),
  answered,
});

export interface Store extends AsyncDisposable {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly alone: ReservationStore;
  readonly gathered: ReservationStore;
  /** How often gathered writes were made one by one after all. */
  readonly apart: () => number;
}

export async function openStore(): Promise<Store> {
  const opened = await database("reservation-svc");
  const pool = openPool({ url: opened.url, max: 8, onError: () => {} });
  const rooms = "unnest('{a,b,c}'::text[]) t";
  await pool.query(`INSERT INTO property VALUES ('north', 'hotel', '', 'Europe/Lisbon', 'EUR', NULL, NULL, '15:00', '11:00',
    '{}', '', '', '[]', false, now(), now(), 1, 1)`);
  await pool.query(
    `INSERT INTO room_type SELECT 'north', 'hotel', t, '', '', 2, 4, false, now(), now(), 1 FROM ${rooms}`,
  );
  await pool.query(`INSERT INTO inventory (partner, property_id, room_type_id, night, capacity, stop_sell,
      closed_to_departure, min_stay_nights)
    SELECT 'north', 'hotel', t, date '2027-03-01' + n, 4, t = 'c' AND n = 7, t = 'b' AND n = 5,
      CASE WHEN n = 9 THEN 2 ELSE 0 END
    FROM ${rooms}, generate_series(0, 13) n`);
  const alone = reservationStore(pool);
  let apart = 0;
  const log = { ...silentLog, warn: () => void apart++ };
  return {
    url: opened.url,
    pool,
    alone,
    gathered: gatheredWrites(pool, alone, log),
    apart: () => apart,
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await opened.close();
    },
  };
}
