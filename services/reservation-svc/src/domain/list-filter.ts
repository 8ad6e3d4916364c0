import { isDay, isStorable } from "./day.ts";
import { invalid } from "./refusals.ts";
import type { ReservationState } from "./reservation.ts";

export type Comparator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** One comparison of a filter; all of them have to hold. */
export type Condition =
  | { readonly field: "state"; readonly comparator: Comparator; readonly value: ReservationState }
  | { readonly field: "check_in_date" | "check_out_date"; readonly comparator: Comparator; readonly value: string }
  | { readonly field: "create_time"; readonly comparator: Comparator; readonly value: Date }
  | { readonly field: "external_reference"; readonly comparator: Comparator; readonly value: string };

const STATES: readonly ReservationState[] = [
  "HELD",
  "CONFIRMED",
  "CHECKED_IN",
  "CHECKED_OUT",
  "CANCELLED",
  "NO_SHOW",
  "EXPIRED",
  "RELEASED",
];
const ORDERED: readonly Comparator[] = ["=", "<", "<=", ">", ">="];
const COMPARATORS: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];
const CONDITIONS_MAX = 20;

const token = /\s*(?:("(?:[^"\\]|\\.)*")|(<=|>=|!=|=|<|>)|([^\s"<>=!]+))/y;

/** Reads `field comparator value AND ...`; camelCase names are taken as well, since that is how JSON shows them. */
export const readFilter = (filter: string): readonly Condition[] => {
  const tokens = tokensOf(filter.trim());
  const conditions: Condition[] = [];
  for (let at = 0; at < tokens.length; at += 4) {
    const [field, comparator, value, and] = tokens.slice(at, at + 4);
    if (field === undefined || comparator === undefined || value === undefined)
      throw bad("a comparison is not complete");
    conditions.push(conditionOf(field, comparator, value.startsWith('"') ? unquoted(value) : value));
    if (and === undefined) break;
    if (and.toUpperCase() !== "AND") throw bad(`comparisons are joined by AND, not by ${and}`);
    if (at + 4 >= tokens.length) throw bad("a comparison has to follow AND");
  }
  if (conditions.length > CONDITIONS_MAX) throw bad(`at most ${CONDITIONS_MAX} comparisons`);
  return conditions;
};

const tokensOf = (filter: string): readonly string[] => {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < filter.length) {
    const from = token.lastIndex;
    const match = token.exec(filter);
    if (match === null) throw bad(`it cannot be read from "${filter.slice(from, from + 20)}" on`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? "");
  }
  return tokens;
};

const conditionOf = (given: string, comparator: string, value: string): Condition => {
  const field = given.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  switch (field) {
    case "state": {
      const state = STATES.find((known) => known === value);
      if (state === undefined) throw bad(`there is no state ${value}`);
      return { field, comparator: allowed(field, comparator, ["=", "!="]), value: state };
    }
    case "check_in_date":
    case "check_out_date":
      if (!isDay(value)) throw bad(`${field} is compared with a day such as "2027-03-01"`);
      return { field, comparator: allowed(field, comparator, ORDERED), value };
    case "create_time": {
      const instant = new Date(value);
      if (Number.isNaN(instant.getTime()) || !isStorable(instant.toISOString().slice(0, 10)))
        throw bad(`${field} is compared with an instant such as "2027-03-01T12:00:00Z"`);
      return { field, comparator: allowed(field, comparator, ORDERED), value: instant };
    }
    case "external_reference":
      return { field, comparator: allowed(field, comparator, ["="]), value };
    default:
      throw bad(`there is no field ${given}`);
  }
};

const allowed = (field: string, given: string, comparators: readonly Comparator[]): Comparator => {
  const comparator = comparators.find((known) => known === given);
  if (comparator !== undefined) return comparator;
  const told = COMPARATORS.includes(given) ? given : `"${given}"`;
  throw bad(`${field} takes ${comparators.join(" ")}, not ${told}`);
};

const unquoted = (text: string): string => text.slice(1, -1).replaceAll(/\\(.)/g, "$1");

const bad = (what: string) => invalid("filter", `The filter cannot be understood: ${what}.`);
