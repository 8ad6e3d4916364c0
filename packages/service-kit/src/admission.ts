import type { MethodFacts, Priority } from "@staymesh/contract";
import { Refusal } from "./refusal.ts";

/** Counts the work under way and refuses what is too much. */
export interface Admission {
  /** Takes a place or refuses with OVERLOADED; each place taken must be left once. */
  readonly enter: (method: MethodFacts) => void;
  readonly leave: (method: MethodFacts) => void;
  readonly underWay: () => number;
  /** Settles when nothing is under way, handlers included whose calls were answered without them. */
  readonly idle: () => Promise<void>;
}

/** The part of all places up to which a priority is admitted, so that the last ones are left for what moves money or rooms. */
const shares: Readonly<Record<Priority, number>> = { low: 0.7, normal: 0.9, high: 1 };
const RETRY_AFTER_MS = 1000;

/** Streams live long and do little at a time, so they are counted apart from calls. */
export function openAdmission(callsMax: number, streamsMax: number): Admission {
  let calls = 0;
  let streams = 0;
  const waiting: (() => void)[] = [];
  return {
    enter(method) {
      const unary = method.kind === "unary";
      const taken = unary ? calls : streams;
      if (taken >= (unary ? callsMax : streamsMax) * shares[method.priority]) {
        throw new Refusal(
          "OVERLOADED",
          "The service has more work than it can do; try again a little later.",
          {},
          {
            retryAfterMs: RETRY_AFTER_MS,
          },
        );
      }
      if (unary) calls++;
      else streams++;
    },
    leave(method) {
      if (method.kind === "unary") calls--;
      else streams--;
      if (waiting.length > 0 && calls + streams === 0) for (const done of waiting.splice(0)) done();
    },
    underWay: () => calls + streams,
    idle: () => (calls + streams === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
