import { type Day, monthsOf } from "../domain/day.ts";
import type { Night } from "../domain/nights.ts";
import type { MonthSheet, SheetKey } from "./ports.ts";

/** The months of a stay, the day of departure included. */
export const keysOf = (partner: string, property: string, checkIn: Day, end: Day): readonly SheetKey[] =>
  monthsOf(checkIn, end).map((month) => ({ partner, property, month }));

/** Looks up nights and prices in the sheets of several months. */
export interface Sheets {
  readonly night: (roomType: string, day: Day) => Night | undefined;
  readonly price: (roomType: string, ratePlan: string, day: Day) => bigint | undefined;
}

export const sheetsOf = (keys: readonly SheetKey[], sheets: readonly MonthSheet[]): Sheets => {
  const byMonth = new Map(keys.map((key, index) => [key.month, sheets[index]]));
  const of = (day: Day) => byMonth.get(day.slice(0, 7));
  return {
    night: (roomType, day) => of(day)?.nights.get(roomType)?.get(day),
    price: (roomType, ratePlan, day) => of(day)?.prices.get(`${roomType}/${ratePlan}`)?.get(day),
  };
};
