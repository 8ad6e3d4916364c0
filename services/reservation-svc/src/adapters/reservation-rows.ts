import type { Loaded } from "../app/ports.ts";
import type { Policy } from "../domain/cancellation.ts";
import type { CaptureTiming } from "../domain/catalog.ts";
import type { PaymentState, Reservation, ReservationState, ReservedRoom } from "../domain/reservation.ts";
import { roomCounts } from "../domain/reservation.ts";
import type { Operation, Saga, SagaPhase, SagaState, SagaStep } from "../domain/saga.ts";
import { openGuest } from "./vault.ts";

/** Amounts in JSON are texts, since a number there could be rounded. */
interface RoomJson {
  readonly t: string;
  readonly p?: string;
  readonly a: number;
  readonly c: number;
  readonly agreed?: string;
  /** Runs of [nights, minor units]. */
  readonly n: readonly (readonly [number, string])[];
}

interface TaxJson {
  readonly code: string;
  readonly name: string;
  readonly amount: string;
  readonly included: boolean;
}

export interface ReservationRow {
  readonly reservation_id: string;
  readonly partner: string;
  readonly property_id: string;
  readonly state: ReservationState;
  readonly version: number;
  readonly event_sequence: number;
  readonly check_in: string;
  readonly check_out: string;
  readonly rooms: readonly RoomJson[];
  readonly currency_code: string;
  readonly total: bigint;
  readonly room_total: bigint;
  readonly taxes: readonly TaxJson[];
  readonly tiers: readonly (readonly [number, number])[] | null;
  readonly capture_timing: CaptureTiming;
  readonly guest_id: string;
  readonly external_reference: string;
  readonly hold_expire_time: Date | null;
  readonly hold_lapses_at: Date | null;
  readonly payment: string;
  readonly payment_state: PaymentState;
  readonly payment_open: boolean;
  readonly next_action_url: string;
  readonly penalty: bigint | null;
  readonly given_back_from: string | null;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly confirm_time: Date | null;
  readonly cancel_time: Date | null;
  readonly check_in_time: Date | null;
  readonly check_out_time: Date | null;
}

export interface GuestColumns {
  readonly data_key: Uint8Array | null;
  readonly sealed: Uint8Array | null;
}

/** The columns of a reservation as the write functions take them, to be made one JSON object. */
export const reservationColumns = (r: Reservation) => {
  const counts = roomCounts(r.rooms);
  return {
    reservation_id: r.id,
    partner: r.partner,
    property_id: r.property,
    state: r.state,
    version: r.version,
    event_sequence: r.eventSequence,
    check_in: r.checkIn,
    check_out: r.checkOut,
    room_types: [...counts.keys()],
    room_counts: [...counts.values()],
    rooms: r.rooms.map(roomJson),
    currency_code: r.currencyCode,
    total: String(r.total),
    room_total: String(r.roomTotal),
    taxes: r.taxes.map(({ code, displayName, amount, included }) => ({
      code,
      name: displayName,
      amount: String(amount),
      included,
    })),
    tiers: tiersJson(r.policy),
    capture_timing: r.captureTiming,
    guest_id: r.guestId,
    external_reference: r.externalReference,
    hold_expire_time: r.holdExpireTime,
    hold_lapses_at: r.holdLapsesAt,
    payment: r.payment,
    payment_state: r.paymentState,
    payment_open: r.paymentOpen,
    next_action_url: r.nextActionUrl,
    penalty: r.penalty === undefined ? null : String(r.penalty),
    given_back_from: r.givenBackFrom,
    create_time: r.createTime,
    update_time: r.updateTime,
    confirm_time: r.confirmTime,
    cancel_time: r.cancelTime,
    check_in_time: r.checkInTime,
    check_out_time: r.checkOutTime,
  };
};

export const reservationJson = (r: Reservation): string => JSON.stringify(reservationColumns(r));

export const reservationOf = (row: ReservationRow & GuestColumns): Reservation => ({
  id: row.reservation_id,
  partner: row.partner,
  property: row.property_id,
  state: row.state,
  version: row.version,
  eventSequence: row.event_sequence,
  checkIn: row.check_in,
  checkOut: row.check_out,
  rooms: row.rooms.map(roomOf),
  currencyCode: row.currency_code,
  total: row.total,
  roomTotal: row.room_total,
  taxes: row.taxes.map(({ code, name, amount, included }) => ({
    code,
    displayName: name,
    amount: BigInt(amount),
    included,
  })),
  policy: policyOf(row.tiers),
  captureTiming: row.capture_timing,
  guestId: row.guest_id,
  booker: row.sealed === null ? undefined : openGuest(row.data_key, row.sealed),
  externalReference: row.external_reference,
  holdExpireTime: row.hold_expire_time ?? undefined,
  holdLapsesAt: row.hold_lapses_at ?? undefined,
  payment: row.payment,
  paymentState: row.payment_state,
  paymentOpen: row.payment_open,
  nextActionUrl: row.next_action_url,
  penalty: row.penalty ?? undefined,
  givenBackFrom: row.given_back_from ?? undefined,
  createTime: row.create_time,
  updateTime: row.update_time,
  confirmTime: row.confirm_time ?? undefined,
  cancelTime: row.cancel_time ?? undefined,
  checkInTime: row.check_in_time ?? undefined,
  checkOutTime: row.check_out_time ?? undefined,
});

const roomJson = (room: ReservedRoom): RoomJson => {
  const runs: [number, string][] = [];
  for (const price of room.nightlyPrices.map(String)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === price) last[0]++;
    else runs.push([1, price]);
  }
  return {
    t: room.roomType,
    ...(room.ratePlan === undefined ? {} : { p: room.ratePlan }),
    a: room.adults,
    c: room.children,
    ...(room.agreedNightlyPrice === undefined ? {} : { agreed: String(room.agreedNightlyPrice) }),
    n: runs,
  };
};

export const roomOf = (room: RoomJson): ReservedRoom => ({
  roomType: room.t,
  ratePlan: room.p,
  adults: room.a,
  children: room.c,
  agreedNightlyPrice: room.agreed === undefined ? undefined : BigInt(room.agreed),
  nightlyPrices: room.n.flatMap(([nights, price]) => Array<bigint>(nights).fill(BigInt(price))),
});

export const tiersJson = (policy: Policy | undefined): readonly (readonly [number, number])[] | null =>
  policy === undefined ? null : policy.map((tier) => [tier.untilHoursBeforeCheckIn, tier.penaltyPercent]);

export const policyOf = (tiers: readonly (readonly [number, number])[] | null): Policy | undefined =>
  tiers === null
    ? undefined
    : tiers.map(([untilHoursBeforeCheckIn, penaltyPercent]) => ({ untilHoursBeforeCheckIn, penaltyPercent }));

interface OperationJson {
  readonly kind: Operation["kind"];
  readonly key: string;
  readonly amount: string;
  readonly accepted: boolean;
}

/** A saga's columns as a joined query gives them; all are null where there is none. */
export interface SagaRow {
  readonly phase: SagaPhase | null;
  readonly saga_state: SagaState;
  readonly saga_version: bigint;
  readonly lease_owner: string | null;
  readonly next_run_at: Date;
  readonly attempts: number;
  readonly attempt_key: string;
  readonly sealed_token: Uint8Array | null;
  readonly amount: bigint;
  readonly target: bigint;
  readonly on_decline: Saga["onDecline"];
  readonly request_id: string | null;
  readonly saga_payment: string;
  readonly operation: OperationJson | null;
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly time: string }[];
  readonly stated_now: Date | null;
}

export const LOAD_COLUMNS = `r.*, g.data_key, g.sealed, s.phase, s.state AS saga_state, s.version AS saga_version,
  s.lease_owner, s.next_run_at, s.attempts, s.attempt_key, s.sealed_token, s.amount, s.target, s.on_decline, s.request_id,
  s.payment AS saga_payment, s.operation, s.steps, s.stated_now`;

export const loadedOf = (row: ReservationRow & GuestColumns & SagaRow): Loaded => ({
  reservation: reservationOf(row),
  saga: row.phase === null ? undefined : sagaOf(row, row.phase),
  dataKey: row.data_key ?? undefined,
});

const sagaOf = (row: ReservationRow & SagaRow, phase: SagaPhase): Saga => ({
  reservationId: row.reservation_id,
  partner: row.partner,
  property: row.property_id,
  phase,
  state: row.saga_state,
  version: Number(row.saga_version),
  leaseOwner: row.lease_owner ?? undefined,
  nextRunTime: row.next_run_at,
  attempts: row.attempts,
  attemptKey: row.attempt_key,
  sealedToken: row.sealed_token ?? undefined,
  amount: row.amount,
  target: row.target,
  onDecline: row.on_decline,
  requestId: row.request_id ?? undefined,
  payment: row.saga_payment,
  operation: row.operation === null ? undefined : { ...row.operation, amount: BigInt(row.operation.amount) },
  steps: row.steps.map(({ step, outcome, time }): SagaStep => ({ step, outcome, time: new Date(time) })),
  statedNow: row.stated_now ?? undefined,
});

export const sagaColumns = (s: Saga) => ({
  reservation_id: s.reservationId,
  partner: s.partner,
  property_id: s.property,
  phase: s.phase,
  state: s.state,
  version: s.version,
  lease_owner: s.leaseOwner,
  attempts: s.attempts,
  attempt_key: s.attemptKey,
  sealed_token: byteaText(s.sealedToken),
  amount: String(s.amount),
  target: String(s.target),
  on_decline: s.onDecline,
  request_id: s.requestId,
  payment: s.payment,
  operation: s.operation === undefined ? null : { ...s.operation, amount: String(s.operation.amount) },
  steps: s.steps,
  stated_now: s.statedNow,
});

export const sagaJson = (s: Saga): string => JSON.stringify(sagaColumns(s));

/** Bytes as PostgreSQL reads them out of a text. */
export const byteaText = (bytes: Uint8Array | undefined): string | null =>
  bytes === undefined ? null : `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
