import type { MonthSheet } from "../app/ports.ts";
import type { Day } from "../domain/day.ts";
import type { Night } from "../domain/nights.ts";

/** A night as [day of the month, free, flags, min stay, max stay], the tail left out where it is all 0. */
type NightText = readonly number[];

/** Prices in runs: [first day, nights, minor units]. */
type PriceText = readonly (readonly [number, number, string])[];

interface SheetText {
  readonly n: Readonly<Record<string, readonly NightText[]>>;
  readonly p: Readonly<Record<string, PriceText>>;
}

const STOP_SELL = 1;
const CLOSED_TO_ARRIVAL = 2;
const CLOSED_TO_DEPARTURE = 4;

/** A month as the index keeps it. */
export const writeSheet = (sheet: MonthSheet): string => {
  const n = Object.fromEntries([...sheet.nights].map(([key, nights]) => [key, [...nights.values()].map(nightText)]));
  const p = Object.fromEntries([...sheet.prices].map(([key, prices]) => [key, priceText(prices)]));
  return JSON.stringify({ n, p } satisfies SheetText);
};

const readSheet = (text: string, month: string): MonthSheet => {
  const { n, p }: SheetText = JSON.parse(text);
  const dayOf = (day: number): Day => `${month}-${String(day).padStart(2, "0")}`;
  const nights = Object.entries(n).map(([key, list]) => {
    const entries = list.map((night): [Day, Night] => {
      const [day = 0, free = 0, flags = 0, minStayNights = 0, maxStayNights = 0] = night;
      const date = dayOf(day);
      return [
        date,
        {
          night: date,
          free,
          stopSell: (flags & STOP_SELL) !== 0,
          closedToArrival: (flags & CLOSED_TO_ARRIVAL) !== 0,
          closedToDeparture: (flags & CLOSED_TO_DEPARTURE) !== 0,
          minStayNights,
          maxStayNights,
        },
      ];
    });
    return [key, new Map(entries)] as const;
  });
  const prices = Object.entries(p).map(([key, runs]) => {
    const entries = runs.flatMap(([first, count, price]) =>
      Array.from({ length: count }, (_, index): [Day, bigint] => [dayOf(first + index), BigInt(price)]),
    );
    return [key, new Map(entries)] as const;
  });
  return { nights: new Map(nights), prices: new Map(prices) };
};

const SHEETS_MAX = 5000;

/** Reads sheets, and keeps what it has read: a text that is the same is the same sheet. */
export const sheetMemory = (): ((key: string, text: string, month: string) => MonthSheet) => {
  const kept = new Map<string, { readonly text: string; readonly sheet: MonthSheet }>();
  return (key, text, month) => {
    const known = kept.get(key);
    kept.delete(key);
    const entry = known?.text === text ? known : { text, sheet: readSheet(text, month) };
    kept.set(key, entry);
    const eldest = kept.keys().next();
    if (kept.size > SHEETS_MAX && eldest.done !== true) kept.delete(eldest.value);
    return entry.sheet;
  };
};

const dayIn = (night: Day): number => Number(night.slice(8));

const nightText = (night: Night): NightText => {
  const flags =
    (night.stopSell ? STOP_SELL : 0) |
    (night.closedToArrival ? CLOSED_TO_ARRIVAL : 0) |
    (night.closedToDeparture ? CLOSED_TO_DEPARTURE : 0);
  const { minStayNights, maxStayNights } = night;
  const tail = flags === 0 && minStayNights === 0 && maxStayNights === 0 ? [] : [flags, minStayNights, maxStayNights];
  return [dayIn(night.night), night.free, ...tail];
};

const priceText = (prices: ReadonlyMap<Day, bigint>): PriceText => {
  const runs: [number, number, string][] = [];
  for (const [night, price] of [...prices].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = runs.at(-1);
    const day = dayIn(night);
    const text = String(price);
    if (last !== undefined && last[2] === text && last[0] + last[1] === day) last[1]++;
    else runs.push([day, 1, text]);
  }
  return runs;
};
