import { setTimeout as wait } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import type { CallOptions } from "./calls.ts";
import { figureNames, type MonthFigures } from "./figures.ts";
import { insist } from "./insist.ts";

const POLL_MS = 200;
const POLLS_MAX = 3000;

/** Asks for a month's report, waits for it and reads its figures; undefined where it has no row for the month. */
export async function reportedFigures(
  property: string,
  month: string,
  requestId: string,
  { api, patience, signal, onRetry }: CallOptions,
): Promise<MonthFigures | undefined> {
  const ask = <T>(call: () => Promise<T>) => insist(call, onRetry, patience, signal);
  const operation = await ask(() => api.orderMonthlyPerformance(property, month, requestId));
  for (let poll = 0; poll < POLLS_MAX; poll += 1) {
    const state = await ask(() => api.readOperation(operation));
    if (state.status === "FAILED") throw new Error(`the report of ${property} for ${month} failed: ${state.message}`);
    if (state.status === "DONE") return readFigures(await ask(() => api.downloadReport(state.report)), month);
    await wait(POLL_MS, undefined, { signal });
  }
  throw new Error(`the report of ${property} for ${month} was not done in ${(POLLS_MAX * POLL_MS) / 1000} s`);
}

/** Finds the month's row in a report. */
export function readFigures(document: string, month: string): MonthFigures | undefined {
  const rows: readonly Readonly<Record<string, string>>[] = parse(document, {
    bom: true,
    columns: true,
    skip_empty_lines: true,
  });
  const row = rows.find((values) => values["month"] === month);
  if (row === undefined) return undefined;
  const figure = (name: keyof MonthFigures): bigint => {
    const text = row[name] ?? "";
    // A month without a room night has no average price: a report may leave it empty.
    if (text === "" && name === "adr_minor") return 0n;
    if (!/^-?\d+$/.test(text)) throw new Error(`the report for ${month} says "${text}" for ${name}`);
    return BigInt(text);
  };
  return {
    room_nights: figure("room_nights"),
    room_revenue_minor: figure("room_revenue_minor"),
    adr_minor: figure("adr_minor"),
    arrivals: figure("arrivals"),
    cancellations: figure("cancellations"),
    no_shows: figure("no_shows"),
  };
}

/** Which figures differ; a report without the month differs in all. */
export function differences(file: MonthFigures, report: MonthFigures | undefined): readonly (keyof MonthFigures)[] {
  return figureNames.filter((name) => report === undefined || file[name] !== report[name]);
}
