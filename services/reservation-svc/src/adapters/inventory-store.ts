import type pg from "pg";
import type {
  BatchResult,
  BatchWrite,
  CalendarQuery,
  CalendarRow,
  DateRange,
  InventoryChange,
  InventoryStore,
  InventoryUpdate,
  RateUpdate,
  StoredRefusal,
} from "../app/ports.ts";
import { roomTypeName } from "../domain/names.ts";
import { claimIn, storeAnswer, storeRefusal } from "./claim.ts";
import { again, inTransaction } from "./transaction.ts";

/** Nights and prices in PostgreSQL. */
export function inventoryStore(pool: pg.Pool): InventoryStore {
  return {
    updateInventory: (write) => batch(pool, write, applyInventory),
    updateRates: (write) => batch(pool, write, applyRates),
    calendar: (query) => calendar(pool, query),
    changes: async (partner, property, roomType, date, before, limit) => {
      const { rows } = await again(() =>
        pool.query<ChangeRow>(
          `SELECT change_id, change_time, cause, reservation_id, sold_delta, held_delta, capacity, sold, held
          FROM inventory_change
          WHERE partner = $1 AND property_id = $2 AND room_type_id = $3 AND night = $4
            AND ($5::bigint IS NULL OR change_id < $5)
          ORDER BY change_id DESC LIMIT $6`,
          [partner, property, roomType, date, before, limit],
        ),
      );
      return rows.map(changeOf);
    },
  };
}

type Apply<T> = (client: pg.PoolClient, write: BatchWrite<T>) => Promise<number | StoredRefusal>;

function batch<T extends DateRange>(pool: pg.Pool, write: BatchWrite<T>, apply: Apply<T>): Promise<BatchResult> {
  return inTransaction<BatchResult>(
    pool,
    async (client) => {
      const { partner, property, claim } = write;
      const { rows } = await client.query<{ catalog_version: bigint }>(
        "SELECT catalog_version FROM property WHERE partner = $1 AND property_id = $2 FOR UPDATE",
        [partner, property],
      );
      if ((rows[0]?.catalog_version ?? 0n) !== write.catalogVersion) return { outcome: "STALE" };
      const claimed = await claimIn(client, claim, undefined, write.refusal);
      if (claimed !== undefined) return claimed;
      const result = await apply(client, write);
      if (typeof result === "number") {
        await storeAnswer(client, claim, write.encode(result));
        return { outcome: "DONE", nights: result };
      }
      await storeRefusal(client, claim, result);
      return { outcome: "REFUSED", refusal: result };
    },
    write.dryRun,
  );
}

const rangeJson = ({ startDate, endDate, daysOfWeek }: DateRange) => ({
  first: startDate,
  end: endDate,
  days: daysOfWeek.length === 0 ? null : daysOfWeek,
});

const applyInventory: Apply<InventoryUpdate> = async (client, write) => {
  const updates = write.updates.map((update) => ({
    ...rangeJson(update),
    type: update.roomType,
    capacity: update.capacity,
    allowance: update.overbookingAllowance,
    stop: update.stopSell,
    cta: update.closedToArrival,
    ctd: update.closedToDeparture,
    min: update.minStayNights,
    max: update.maxStayNights,
  }));
  const { rows } = await client.query<{ nights: number | null; room_type_id: string; night: string }>(
    "SELECT nights, room_type_id, night FROM update_inventory($1, $2, $3, $4, $5)",
    [write.partner, write.property, JSON.stringify(updates), write.now, write.eventId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error("update_inventory answered nothing");
  if (row.nights !== null) return row.nights;
  const facts = { roomType: roomTypeName(write.property, row.room_type_id), night: row.night };
  return { reason: "CAPACITY_BELOW_SOLD", facts };
};

const applyRates: Apply<RateUpdate> = async (client, write) => {
  const updates = write.updates.map((update) => ({
    ...rangeJson(update),
    type: update.roomType,
    plan: update.ratePlan,
    price: update.minorUnits === undefined ? null : String(update.minorUnits),
  }));
  const { rows } = await client.query<{ nights: number }>("SELECT update_rates($1, $2, $3, $4, $5) AS nights", [
    write.partner,
    write.property,
    JSON.stringify(updates),
    write.now,
    write.eventId,
  ]);
  return rows[0]?.nights ?? 0;
};

interface CalendarJoinRow {
  readonly night: string;
  readonly room_type_id: string;
  readonly capacity: number | null;
  readonly overbooking_allowance: number | null;
  readonly sold: number | null;
  readonly held: number | null;
  readonly stop_sell: boolean | null;
  readonly closed_to_arrival: boolean | null;
  readonly closed_to_departure: boolean | null;
  readonly min_stay_nights: number | null;
  readonly max_stay_nights: number | null;
  readonly rates: readonly (readonly [string, string])[] | null;
}

async function calendar(pool: pg.Pool, query: CalendarQuery): Promise<readonly CalendarRow[]> {
  const { rows } = await again(() =>
    pool.query<CalendarJoinRow>({
      name: "calendar",
      text: `SELECT night, room_type_id, i.capacity, i.overbooking_allowance, i.sold, i.held, i.stop_sell,
          i.closed_to_arrival, i.closed_to_departure, i.min_stay_nights, i.max_stay_nights, p.rates
        FROM (SELECT * FROM inventory WHERE partner = $1 AND property_id = $2 AND night >= $3 AND night < $4
            AND (cardinality($5::text[]) = 0 OR room_type_id = ANY ($5))) i
        FULL JOIN (
          SELECT night, room_type_id, jsonb_agg(jsonb_build_array(rate_plan_id, minor_units::text) ORDER BY rate_plan_id) AS rates
          FROM rate WHERE partner = $1 AND property_id = $2 AND night >= $3 AND night < $4
            AND (cardinality($5::text[]) = 0 OR room_type_id = ANY ($5))
          GROUP BY night, room_type_id) p USING (night, room_type_id)
        WHERE $6::date IS NULL OR (night, room_type_id) > ($6, $7)
        ORDER BY night, room_type_id LIMIT $8`,
      values: [
        query.partner,
        query.property,
        // What lies before the page's place need not be read again.
        query.after?.date ?? query.from,
        query.to,
        query.roomTypes,
        query.after?.date,
        query.after?.roomType,
        query.limit,
      ],
    }),
  );
  return rows.map((row) => ({
    date: row.night,
    roomType: row.room_type_id,
    capacity: row.capacity ?? 0,
    overbookingAllowance: row.overbooking_allowance ?? 0,
    sold: row.sold ?? 0,
    held: row.held ?? 0,
    stopSell: row.stop_sell ?? false,
    closedToArrival: row.closed_to_arrival ?? false,
    closedToDeparture: row.closed_to_departure ?? false,
    minStayNights: row.min_stay_nights ?? 0,
    maxStayNights: row.max_stay_nights ?? 0,
    rates: (row.rates ?? []).map(([ratePlan, price]) => ({ ratePlan, minorUnits: BigInt(price) })),
  }));
}

interface ChangeRow {
  readonly change_id: bigint;
  readonly change_time: Date;
  readonly cause: string;
  readonly reservation_id: string | null;
  readonly sold_delta: number;
  readonly held_delta: number;
  readonly capacity: number;
  readonly sold: number;
  readonly held: number;
}

const changeOf = (row: ChangeRow): InventoryChange => ({
  id: row.change_id,
  changeTime: row.change_time,
  cause: row.cause,
  reservationId: row.reservation_id ?? undefined,
  soldDelta: row.sold_delta,
  heldDelta: row.held_delta,
  capacity: row.capacity,
  sold: row.sold,
  held: row.held,
});
