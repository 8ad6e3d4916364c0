import type { JsonValue } from "@bufbuild/protobuf";
import { isJsonObject } from "./option-values.ts";
import type { Rule } from "./rule-leaves.ts";

/** Whether fewer values are accepted, more, or nobody can say. */
export type Turn = "same" | "tighter" | "looser" | "unclear";

const AT_LEAST: ReadonlySet<string> = new Set(["lower", "min_len", "min_bytes", "min_items", "min_pairs"]);
const AT_MOST: ReadonlySet<string> = new Set(["upper", "max_len", "max_bytes", "max_items", "max_pairs", "within"]);
const IGNORE: readonly string[] = ["IGNORE_UNSPECIFIED", "IGNORE_IF_ZERO_VALUE", "IGNORE_ALWAYS"];

/** What a changed rule does to the set of accepted values. A rule only ever takes values away, so that a new one is tighter. */
export const turnOf = (old: Rule | undefined, next: Rule | undefined): Turn => {
  const about = (old ?? next)?.about ?? "";
  if (about === "ignore") {
    return ordered(ignoreRank(old), ignoreRank(next));
  }
  if (old === undefined || next === undefined) {
    // A rule that is switched off by `false` is none.
    const only = old ?? next;
    return only === undefined || only.value === false ? "same" : old === undefined ? "tighter" : "looser";
  }
  if (JSON.stringify(old.value) === JSON.stringify(next.value)) {
    return "same";
  }
  if (typeof old.value === "boolean" && typeof next.value === "boolean") {
    return next.value ? "tighter" : "looser";
  }
  return compared(about, old.value, next.value);
};

const compared = (about: string, old: JsonValue, next: JsonValue): Turn => {
  if (AT_LEAST.has(about) || AT_MOST.has(about)) {
    return boundTurn(AT_LEAST.has(about) ? 1 : -1, old, next);
  }
  switch (about) {
    case "in":
      return listTurn(old, next);
    case "not_in":
      return listTurn(next, old);
    case "prefix":
      return textTurn(old, next, (longer, shorter) => longer.startsWith(shorter));
    case "suffix":
      return textTurn(old, next, (longer, shorter) => longer.endsWith(shorter));
    case "contains":
      return textTurn(old, next, (longer, shorter) => longer.includes(shorter));
    case "not_contains":
      return textTurn(next, old, (longer, shorter) => longer.includes(shorter));
    default:
      return "unclear";
  }
};

/** `direction` 1 = a lower bound, which is tighter where it is higher; -1 = an upper one. */
const boundTurn = (direction: 1 | -1, old: JsonValue, next: JsonValue): Turn => {
  const [one, other] = [quantity(old), quantity(next)];
  if (one === undefined || other === undefined) {
    return "unclear";
  }
  if (one.amount === other.amount) {
    return one.strict === other.strict ? "same" : other.strict ? "tighter" : "looser";
  }
  return other.amount > one.amount === (direction === 1) ? "tighter" : "looser";
};

interface Quantity {
  readonly amount: number | bigint;
  readonly strict: boolean;
}

const quantity = (value: JsonValue): Quantity | undefined => {
  const strict = isJsonObject(value) && value["strict"] === true;
  const amount = amountOf(isJsonObject(value) ? (value["bound"] ?? null) : value);
  return amount === undefined ? undefined : { amount, strict };
};

/** ProtoJSON writes long integers, instants and durations as text. */
const amountOf = (value: JsonValue): number | bigint | undefined => {
  if (typeof value === "number") {
    return value;
  }
  if (typeof value !== "string") {
    return undefined;
  }
  if (/^-?[0-9]+$/.test(value)) {
    return BigInt(value);
  }
  if (/^-?[0-9.]+s$/.test(value)) {
    return Number(value.slice(0, -1));
  }
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
};

/** More values in the list: looser. */
const listTurn = (old: JsonValue, next: JsonValue): Turn => {
  const [before, after] = [new Set([old].flat().map(asText)), new Set([next].flat().map(asText))];
  const grows = [...before].every((value) => after.has(value));
  const shrinks = [...after].every((value) => before.has(value));
  return grows && shrinks ? "same" : grows ? "looser" : shrinks ? "tighter" : "unclear";
};

const asText = (value: JsonValue): string => JSON.stringify(value);

/** A longer text that holds the shorter one asks for more. */
const textTurn = (old: JsonValue, next: JsonValue, holds: (longer: string, shorter: string) => boolean): Turn => {
  if (typeof old !== "string" || typeof next !== "string") {
    return "unclear";
  }
  return holds(next, old) ? "tighter" : holds(old, next) ? "looser" : "unclear";
};

const ignoreRank = (rule: Rule | undefined): number => IGNORE.indexOf(String(rule?.value ?? "IGNORE_UNSPECIFIED"));

const ordered = (old: number, next: number): Turn => (old === next ? "same" : next > old ? "looser" : "tighter");
