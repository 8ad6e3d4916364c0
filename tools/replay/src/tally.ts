import { Refusal } from "@staymesh/service-kit/refusal";
import type { Booking, Oddity } from "./booking.ts";
import type { EventKind } from "./timeline.ts";

/** A call that ended otherwise than the file says. */
export interface Surprise {
  readonly row: number;
  readonly kind: EventKind;
  readonly message: string;
}

/** What a replay has done so far. */
export interface Tally {
  readonly succeeded: Map<EventKind, number>;
  /** Odd rows that the API refused, by what is odd and the reason that was given. */
  readonly refusedOdd: Map<string, number>;
  /** Everything that should not have happened, by reason. */
  readonly unexpected: Map<string, number>;
  /** The first of them, to look into. */
  readonly surprises: Surprise[];
  /** Calls that were sent again, by reason. */
  readonly retries: Map<string, number>;
  /** How long each call took, in milliseconds, by kind. */
  readonly durations: Map<EventKind, number[]>;
}

const SURPRISES_MAX = 20;

export function newTally(): Tally {
  return {
    succeeded: new Map(),
    refusedOdd: new Map(),
    unexpected: new Map(),
    surprises: [],
    retries: new Map(),
    durations: new Map(),
  };
}

export function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

export function countOf(counts: ReadonlyMap<unknown, number>): number {
  return [...counts.values()].reduce((sum, some) => sum + some, 0);
}

export function noteDuration({ durations }: Tally, kind: EventKind, ms: number): void {
  const all = durations.get(kind);
  if (all === undefined) durations.set(kind, [ms]);
  else all.push(ms);
}

export function noteSurprise(tally: Tally, kind: EventKind, { row }: Booking, reason: string, message: string): void {
  count(tally.unexpected, `${kind}: ${reason}`);
  if (tally.surprises.length < SURPRISES_MAX) tally.surprises.push({ row, kind, message: `${reason}: ${message}` });
}

export function noteRefusedOdd(tally: Tally, oddity: Oddity, refusal: Refusal): void {
  count(tally.refusedOdd, `${oddity}: ${describeRefusal(refusal)}`);
}

/** The reason with the fields that it names. */
export function describeRefusal({ reason, violations }: Refusal): string {
  const fields = (violations ?? []).map(({ field }) => field).filter((field) => field !== "");
  return fields.length === 0 ? reason : `${reason} (${[...new Set(fields)].toSorted().join(", ")})`;
}

/** Only what the API says about the request itself counts as a refusal of an odd row: not a lost key, an overload or a fault. */
export function refusesTheRequest({ reason }: Refusal): boolean {
  return reason === "INVALID_REQUEST";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function reasonOf(error: unknown): string {
  return error instanceof Refusal ? describeRefusal(error) : "FAULT";
}
