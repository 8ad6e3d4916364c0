import { type Json, present } from "./json.ts";
import { isObject, own, some } from "./plain.ts";

/** Bounds that JSON Schema has words for. */
export const numberSchema = (rules: object): Json => {
  const [below, above] = bounds(rules);
  return present({
    maximum: below?.case === "lte" ? below.value : undefined,
    exclusiveMaximum: below?.case === "lt" ? below.value : undefined,
    minimum: above?.case === "gte" ? above.value : undefined,
    exclusiveMinimum: above?.case === "gt" ? above.value : undefined,
    enum: some(own(rules, "in")),
    const: own(rules, "const"),
  });
};

const WORDS: Readonly<Record<string, string>> = { lt: "less than", lte: "at most", gt: "more than", gte: "at least" };

/** Bounds of what is text in JSON, in words. */
export const boundNotes = (rules: object): readonly string[] => {
  const [below, above] = bounds(rules);
  const told = [above, below].flatMap((bound) =>
    bound === undefined ? [] : [`${WORDS[bound.case] ?? bound.case} ${boundText(bound.value)}`],
  );
  return told.length === 0 ? [] : [`Has to be ${told.join(" and ")}.`];
};

/** A number, or a span of time in seconds. */
const boundText = (value: unknown): string => {
  const seconds = isObject(value) ? own(value, "seconds") : undefined;
  return seconds === undefined ? String(value) : `${seconds} s`;
};

interface Bound {
  readonly case: string;
  readonly value: unknown;
}

const bounds = (rules: object): readonly [Bound | undefined, Bound | undefined] => {
  const read = (name: string): Bound | undefined => {
    const bound = own(rules, name);
    const kind = isObject(bound) ? own(bound, "case") : undefined;
    return isObject(bound) && typeof kind === "string" ? { case: kind, value: own(bound, "value") } : undefined;
  };
  return [read("lessThan"), read("greaterThan")];
};
