import type pg from "pg";
import type { Candidate, MonthSheet, SheetStore } from "../app/ports.ts";
import { type Day, nextMonth } from "../domain/day.ts";
import type { Night } from "../domain/nights.ts";
import { again } from "./transaction.ts";

interface NightRow {
  readonly place: number;
  readonly room_type_id: string;
  readonly night: string;
  readonly free: number;
  readonly stop_sell: boolean;
  readonly closed_to_arrival: boolean;
  readonly closed_to_departure: boolean;
  readonly min_stay_nights: number;
  readonly max_stay_nights: number;
}

interface PriceRow {
  readonly place: number;
  readonly room_type_id: string;
  readonly rate_plan_id: string;
  readonly night: string;
  readonly minor_units: bigint;
}

/** The months as PostgreSQL has them: what the index is filled from, and what quotes are made of. */
export function sheetStore(pool: pg.Pool): SheetStore {
  return {
    read: async (keys) => {
      if (keys.length === 0) return [];
      const values = [
        keys.map((key) => key.partner),
        keys.map((key) => key.property),
        keys.map((key) => `${key.month}-01`),
        keys.map((key) => `${nextMonth(key.month)}-01`),
      ];
      const wanted =
        "unnest($1::text[], $2::text[], $3::date[], $4::date[]) WITH ORDINALITY AS w (partner, property, first, last, place)";
      const [nights, prices] = await Promise.all([
        again(() =>
          pool.query<NightRow>({
            name: "sheet_nights",
            text: `SELECT w.place::integer, i.room_type_id, i.night, i.capacity + i.overbooking_allowance - i.sold - i.held AS free,
                i.stop_sell, i.closed_to_arrival, i.closed_to_departure, i.min_stay_nights, i.max_stay_nights
              FROM ${wanted} JOIN inventory i ON i.partner = w.partner AND i.property_id = w.property
                AND i.night >= w.first AND i.night < w.last`,
            values,
          }),
        ),
        again(() =>
          pool.query<PriceRow>({
            name: "sheet_prices",
            text: `SELECT w.place::integer, r.room_type_id, r.rate_plan_id, r.night, r.minor_units
              FROM ${wanted} JOIN rate r ON r.partner = w.partner AND r.property_id = w.property
                AND r.night >= w.first AND r.night < w.last`,
            values,
          }),
        ),
      ]);
      const nightsBy = Map.groupBy(nights.rows, (row) => row.place);
      const pricesBy = Map.groupBy(prices.rows, (row) => row.place);
      return keys.map((_, index) => sheetOf(nightsBy.get(index + 1) ?? [], pricesBy.get(index + 1) ?? []));
    },
    candidates: async ({ partner, granted, latitudes, properties }) => {
      const { rows } = await again(() =>
        pool.query<CandidateRow>({
          name: "candidates",
          text: `SELECT property_id, latitude, longitude, catalog_version FROM property
            WHERE partner = $1 AND NOT archived
              AND ($2::text[] IS NULL OR property_id = ANY ($2))
              AND (cardinality($3::text[]) = 0 OR property_id = ANY ($3))
              AND ($4::double precision IS NULL OR latitude BETWEEN $4 AND $5)`,
          values: [partner, granted.has("*") ? undefined : [...granted], properties, latitudes?.[0], latitudes?.[1]],
        }),
      );
      return rows.map(candidateOf);
    },
    catalogVersion: async (partner, property) => {
      const { rows } = await again(() =>
        pool.query<{ catalog_version: bigint }>({
          name: "catalog_version",
          text: "SELECT catalog_version FROM property WHERE partner = $1 AND property_id = $2",
          values: [partner, property],
        }),
      );
      return rows[0]?.catalog_version;
    },
  };
}

interface CandidateRow {
  readonly property_id: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly catalog_version: bigint;
}

const candidateOf = (row: CandidateRow): Candidate => ({
  property: row.property_id,
  place:
    row.latitude === null || row.longitude === null ? undefined : { latitude: row.latitude, longitude: row.longitude },
  catalogVersion: row.catalog_version,
});

function sheetOf(nightRows: readonly NightRow[], priceRows: readonly PriceRow[]): MonthSheet {
  const nights = new Map<string, Map<Day, Night>>();
  for (const row of nightRows) inner(nights, row.room_type_id).set(row.night, nightOf(row));
  const prices = new Map<string, Map<Day, bigint>>();
  for (const row of priceRows) {
    inner(prices, `${row.room_type_id}/${row.rate_plan_id}`).set(row.night, row.minor_units);
  }
  return { nights, prices };
}

function inner<T>(outer: Map<string, Map<Day, T>>, key: string): Map<Day, T> {
  const known = outer.get(key) ?? new Map<Day, T>();
  outer.set(key, known);
  return known;
}

const nightOf = (row: NightRow): Night => ({
  night: row.night,
  free: row.free,
  stopSell: row.stop_sell,
  closedToArrival: row.closed_to_arrival,
  closedToDeparture: row.closed_to_departure,
  minStayNights: row.min_stay_nights,
  maxStayNights: row.max_stay_nights,
});
