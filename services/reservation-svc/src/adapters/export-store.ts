import type pg from "pg";
import type { ExportStore, StayRow } from "../app/ports.ts";
import { sumOf } from "../domain/money.ts";
import { type ReservationRow, roomOf } from "./reservation-rows.ts";
import { again } from "./transaction.ts";

type StayColumns = Pick<
  ReservationRow,
  "reservation_id" | "state" | "check_in" | "check_out" | "currency_code" | "rooms"
>;

/** What reports are made of, read a page at a time. */
export function exportStore(pool: pg.Pool): ExportStore {
  return {
    stays: async (partner, property, from, to, after, limit) => {
      const { rows } = await again(() =>
        pool.query<StayColumns>({
          name: "export_stays",
          // No stay is longer than a year, so that the index on the first night bounds what is read.
          text: `SELECT reservation_id, state, check_in, check_out, currency_code, rooms FROM reservation
            WHERE partner = $1 AND property_id = $2
              AND check_in > $3::date - 366 AND check_in < $4 AND check_out > $3
              AND state NOT IN ('HELD', 'EXPIRED', 'RELEASED')
              AND ($5::date IS NULL OR (check_in, reservation_id) > ($5, $6))
            ORDER BY check_in, reservation_id LIMIT $7`,
          values: [partner, property, from, to, after?.checkIn, after?.id, limit],
        }),
      );
      return rows.map(stayOf);
    },
    nights: async (partner, property, from, to) => {
      const { rows } = await again(() =>
        pool.query<{ night: string; capacity: bigint; sold: bigint }>(
          `SELECT night, sum(capacity) AS capacity, sum(sold) AS sold FROM inventory
          WHERE partner = $1 AND property_id = $2 AND night >= $3 AND night < $4 GROUP BY night`,
          [partner, property, from, to],
        ),
      );
      return new Map(
        rows.map(({ night, capacity, sold }) => [night, { capacity: Number(capacity), sold: Number(sold) }]),
      );
    },
  };
}

const stayOf = (row: StayColumns): StayRow => {
  const rooms = row.rooms.map(roomOf);
  const nights = rooms[0]?.nightlyPrices.length ?? 0;
  return {
    id: row.reservation_id,
    state: row.state,
    checkIn: row.check_in,
    checkOut: row.check_out,
    currencyCode: row.currency_code,
    rooms: rooms.length,
    revenue: Array.from({ length: nights }, (_, index) => sumOf(rooms.map((room) => room.nightlyPrices[index] ?? 0n))),
  };
};
