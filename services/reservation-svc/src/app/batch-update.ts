import { type CallContext, Refusal } from "@staymesh/service-kit";
import type { Catalog } from "../domain/catalog.ts";
import { daysBetween, needDay } from "../domain/day.ts";
import { propertyName } from "../domain/names.ts";
import { archived, invalid, notFound, overtaken } from "../domain/refusals.ts";
import { afterTwin } from "./in-flight.ts";
import type { BatchResult, BatchWrite, DateRange, Ports } from "./ports.ts";
import { claimOf, decided, fresh, type Reply, replay, restored, storedRefusal, type WriteRequest } from "./reply.ts";

/** How many nights one batch may set; more than that is sent in several. */
const NIGHTS_MAX = 60_000;
const RANGE_DAYS_MAX = 1100;
const TRIES_MAX = 20;

export interface BatchCommand<T extends DateRange> extends WriteRequest {
  readonly property: string;
  readonly updates: readonly T[];
}

/** Sets many nights at once, all of them or none. */
export function batchUpdate<T extends DateRange>(
  ports: Ports,
  command: BatchCommand<T>,
  call: CallContext,
  write: (write: BatchWrite<T>) => Promise<BatchResult>,
  encode: (nights: number) => Uint8Array,
  check: (update: T, catalog: Catalog, field: string) => void,
): Promise<Reply<number>> {
  const { partner } = call.principal;
  const { property, updates } = command;
  checkRanges(updates);
  const claim = claimOf(call, property, command);
  return afterTwin(claim, call, async () => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const catalog = await ports.catalog.read(partner, property);
      const refusal = await decided(() => {
        if (catalog === undefined) throw notFound(propertyName(property));
        if (catalog.property.archived) throw archived(propertyName(property));
        for (const [index, update] of updates.entries()) check(update, catalog, `updates[${index}]`);
      });
      if (refusal instanceof Refusal && claim === undefined) throw refusal;
      const eventId = ports.newId();
      const result = await write({
        partner,
        property,
        catalogVersion: catalog?.version ?? 0n,
        claim,
        refusal: refusal instanceof Refusal ? storedRefusal(refusal) : undefined,
        updates,
        now: call.now,
        eventId,
        encode,
        dryRun: claim === undefined,
      });
      switch (result.outcome) {
        case "DONE": {
          const [from, to] = span(updates);
          if (claim !== undefined) await ports.index.invalidate(partner, property, from, to, eventId);
          return fresh(result.nights);
        }
        case "REFUSED":
          throw restored(result.refusal);
        case "REPLAY":
          if (claim === undefined) throw new Error("a request without a claim was replayed");
          return replay<number>(ports, call, claim, result.stored);
        default:
      }
    }
    throw overtaken("The catalogue");
  });
}

function checkRanges(updates: readonly DateRange[]): void {
  let nights = 0;
  for (const [index, { startDate, endDate }] of updates.entries()) {
    needDay(startDate, `updates[${index}].start_date`);
    needDay(endDate, `updates[${index}].end_date`);
    const days = daysBetween(startDate, endDate);
    if (days <= 0) throw invalid(`updates[${index}].end_date`, "The day after the last night comes after the first.");
    if (days > RANGE_DAYS_MAX) {
      throw invalid(`updates[${index}].end_date`, `At most ${RANGE_DAYS_MAX} days after the first night.`);
    }
    nights += days;
  }
  if (nights > NIGHTS_MAX) throw invalid("updates", `At most ${NIGHTS_MAX} nights in one batch.`);
}

const span = (updates: readonly DateRange[]): readonly [string, string] => {
  const first = updates.map(({ startDate }) => startDate).sort();
  const end = updates.map(({ endDate }) => endDate).sort();
  return [first[0] ?? "", end.at(-1) ?? ""];
};
