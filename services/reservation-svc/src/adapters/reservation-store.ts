import type pg from "pg";
import type { ChangeWrite, HoldWrite, ListQuery, Loaded, ReservationStore, WriteResult } from "../app/ports.ts";
import type { Condition } from "../domain/list-filter.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { Saga } from "../domain/saga.ts";
import {
  type GuestColumns,
  LOAD_COLUMNS,
  loadedOf,
  type ReservationRow,
  reservationJson,
  reservationOf,
  type SagaRow,
  sagaJson,
} from "./reservation-rows.ts";
import { again, inTransaction } from "./transaction.ts";
import { CLAIM_COLUMNS, storedOf, type WriteRow, writeResultOf } from "./write-result.ts";

export const LEASE_SECONDS = 5;
const KEEP = "30 days";
const FORGET_AT_ONCE = 5000;

const HOLD = `SELECT ${CLAIM_COLUMNS} FROM hold_rooms($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`;
const CHANGE = `SELECT ${CLAIM_COLUMNS} FROM change_reservation($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
  $14, $15, $16, $17, $18, $19, $20, $21, $22)`;
const LOAD = `SELECT ${LOAD_COLUMNS} FROM reservation r
  LEFT JOIN guest g ON g.guest_id = r.guest_id LEFT JOIN saga s ON s.reservation_id = r.reservation_id`;

interface StoredRow extends Omit<WriteRow, "outcome"> {
  readonly property_id: string | null;
  readonly created_at: Date;
}

/** Reservations in PostgreSQL. A hold and a change are one round trip each, so that a lock is never held while a process thinks. */
export function reservationStore(pool: pg.Pool): ReservationStore {
  const load = async (name: string, where: string, values: readonly unknown[]): Promise<Loaded | undefined> => {
    const text = `${LOAD} WHERE ${where}`;
    const { rows } = await again(() =>
      pool.query<ReservationRow & GuestColumns & SagaRow>({ name, text, values: [...values] }),
    );
    return rows[0] === undefined ? undefined : loadedOf(rows[0]);
  };

  return {
    hold: async (write) => {
      const query = { name: "hold_rooms", text: HOLD, values: holdValues(write) };
      const { rows } = write.dryRun
        ? await inTransaction(pool, (client) => client.query<WriteRow>(query), true)
        : await again(() => pool.query<WriteRow>(query));
      return writeResultOf(rows[0]);
    },
    change: async (write): Promise<WriteResult> => {
      const query = { name: "change_reservation", text: CHANGE, values: changeValues(write) };
      const { rows } = await again(() => pool.query<WriteRow>(query));
      return writeResultOf(rows[0]);
    },
    load: (partner, property, id) =>
      load("load_reservation", "r.reservation_id = $3 AND r.partner = $1 AND r.property_id = $2", [
        partner,
        property,
        id,
      ]),
    loadById: (id) => load("load_reservation_by_id", "r.reservation_id = $1", [id]),
    stored: async (partner, requestId) => {
      const { rows } = await again(() =>
        pool.query<StoredRow>({
          name: "stored_request",
          text: `SELECT i.method, i.fingerprint, i.answer, i.refusal, i.property_id, i.created_at, g.data_key, g.sealed
            FROM idempotency i LEFT JOIN guest g ON g.guest_id = i.guest_id WHERE i.partner = $1 AND i.request_id = $2`,
          values: [partner, requestId],
        }),
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return { ...storedOf(row), property: row.property_id ?? undefined, receiveTime: row.created_at };
    },
    list: (query) => list(pool, query),
    lapsed: async (limit) => {
      const { rows } = await pool.query<{ reservation_id: string }>(
        `SELECT reservation_id FROM reservation WHERE hold_lapses_at <= clock_timestamp() AND NOT payment_open
          ORDER BY hold_lapses_at LIMIT $1`,
        [limit],
      );
      return rows.map((row) => row.reservation_id);
    },
    claimSagas: async (owner, limit) => {
      const { rows } = await pool.query<{ reservation_id: string }>(
        `UPDATE saga SET lease_owner = $1, lease_until = clock_timestamp() + make_interval(secs => $3), version = version + 1
          WHERE reservation_id IN (
            SELECT reservation_id FROM saga
            WHERE state = 'RUNNING' AND next_run_at <= clock_timestamp()
              AND (lease_until IS NULL OR lease_until < clock_timestamp())
            ORDER BY next_run_at LIMIT $2 FOR UPDATE SKIP LOCKED)
          RETURNING reservation_id`,
        [owner, limit, LEASE_SECONDS],
      );
      return rows.map((row) => row.reservation_id);
    },
    renewLeases: async (owner, ids) => {
      await pool.query(
        // In the order in which gathered writes take them.
        `UPDATE saga SET lease_until = clock_timestamp() + make_interval(secs => $3)
          WHERE reservation_id IN (SELECT reservation_id FROM saga
            WHERE reservation_id = ANY ($2) AND lease_owner = $1 AND state = 'RUNNING'
            ORDER BY reservation_id FOR UPDATE)`,
        [owner, ids, LEASE_SECONDS],
      );
    },
    forget: async () => {
      const requests = await pool.query(
        `DELETE FROM idempotency WHERE (partner, request_id) IN (SELECT partner, request_id FROM idempotency
          WHERE created_at < clock_timestamp() - $1::interval LIMIT $2)`,
        [KEEP, FORGET_AT_ONCE],
      );
      const { rows } = await pool.query<{ count: bigint }>(
        `WITH old AS (DELETE FROM outbox WHERE outbox_id IN (SELECT outbox_id FROM outbox
            WHERE created_at < clock_timestamp() - $1::interval AND position IS NOT NULL ORDER BY position LIMIT $2)
          RETURNING position)
        UPDATE feed SET floor = greatest(floor, coalesce((SELECT max(position) FROM old), 0))
          RETURNING (SELECT count(*) FROM old) AS count`,
        [KEEP, FORGET_AT_ONCE],
      );
      return requests.rowCount === FORGET_AT_ONCE || rows[0]?.count === BigInt(FORGET_AT_ONCE);
    },
  };
}

function holdValues({ partner, property, catalogVersion, claim, refusal, booking }: HoldWrite): unknown[] {
  return [
    partner,
    property,
    catalogVersion,
    claim?.requestId,
    claim?.method,
    claim?.fingerprint,
    booking?.answer,
    jsonOf(refusal),
    booking === undefined ? undefined : reservationJson(booking.reservation),
    booking?.holdSeconds,
    booking?.guest.dataKey,
    booking?.guest.sealed,
    booking?.eventId,
    booking?.event,
    booking?.saga === undefined ? undefined : sagaJson(booking.saga),
    LEASE_SECONDS,
  ];
}

function changeValues(write: ChangeWrite): unknown[] {
  const { partner, claim, refusal, change, saga } = write;
  const next = change?.next;
  return [
    partner,
    claim?.requestId,
    claim?.method,
    claim?.fingerprint,
    write.answer,
    jsonOf(refusal),
    write.guestId,
    next === undefined ? undefined : next.version - 1,
    next === undefined ? undefined : reservationJson(next),
    change?.holdSeconds,
    change?.move?.from,
    change?.move?.sold,
    change?.move?.held,
    change?.move?.cause,
    change?.event === undefined ? undefined : write.eventId,
    change?.event,
    saga?.expected,
    saga === undefined ? undefined : sagaJson(saga.saga),
    saga?.waitSeconds,
    saga === undefined || !isLeased(saga.saga) ? undefined : LEASE_SECONDS,
    write.answered,
    claim?.property,
  ];
}

export const isLeased = (saga: Saga): boolean => saga.state === "RUNNING" && saga.leaseOwner !== undefined;

const jsonOf = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

async function list(pool: pg.Pool, query: ListQuery): Promise<readonly Reservation[]> {
  const values: unknown[] = [query.partner, query.property];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [
    "r.partner = $1",
    "r.property_id = $2",
    ...query.conditions.map((condition) => sqlOf(condition, bind)),
  ];
  if (query.after !== undefined) {
    where.push(`(r.create_time, r.reservation_id) < (${bind(query.after.createTime)}, ${bind(query.after.id)})`);
  }
  const text = `SELECT r.*, g.data_key, g.sealed FROM reservation r LEFT JOIN guest g ON g.guest_id = r.guest_id
    WHERE ${where.join(" AND ")} ORDER BY r.create_time DESC, r.reservation_id DESC LIMIT ${bind(query.limit)}`;
  const { rows } = await again(() => pool.query<ReservationRow & GuestColumns>(text, values));
  return rows.map(reservationOf);
}

const columns: Readonly<Record<Condition["field"], string>> = {
  state: "r.state",
  check_in_date: "r.check_in",
  check_out_date: "r.check_out",
  create_time: "r.create_time",
  external_reference: "r.external_reference",
};

const comparators: Readonly<Record<Condition["comparator"], string>> = {
  "=": "=",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function sqlOf({ field, comparator, value }: Condition, bind: (value: unknown) => string): string {
  const plain = `${columns[field]} ${comparators[comparator]} ${bind(value)}`;
  // The index on references leaves the empty ones out.
  return field === "external_reference" && value !== "" ? `(${plain} AND r.external_reference <> '')` : plain;
}
