import { bytes, milliCpu } from "../scheduler/quantity.ts";
import type { Resources } from "../scheduler/state.ts";

/** Reads the fields of one YAML mapping, and says everything that is wrong with it. */
export interface Fields {
  readonly at: string;
  /** Says something about this mapping. */
  problem(sentence: string): void;
  has(name: string): boolean;
  names(): readonly string[];
  text(name: string): string;
  whole(name: string, least: number): number;
  flag(name: string): boolean;
  oneOf<T extends string>(name: string, words: readonly T[], fallback?: T): T;
  list(name: string): readonly string[];
  /** Two whole numbers. */
  range(name: string): { readonly min: number; readonly max: number };
  fields(name: string): Fields;
  /** A quantity as it is written, good or not. */
  quantity(name: string, of: "cpu" | "memory"): { readonly text: string; readonly amount: bigint };
  resources(name: string): Resources;
  /** Says which fields nobody knows. */
  only(known: readonly string[]): void;
}

/** Opens a value that should be a mapping; an empty one where it is not, after saying so. */
export function openFields(file: string, at: string, value: unknown, problems: string[]): Fields {
  const problem = (sentence: string) => void problems.push(`${file}: ${sentence}`);
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMapping) problem(`${at || "the file"} must be a mapping of names to values.`);
  const map: ReadonlyMap<string, unknown> = new Map(isMapping ? Object.entries(value) : []);
  const path = (name: string) => (at === "" ? name : `${at}.${name}`);

  const fail = <T>(name: string, words: string, instead: T): T => {
    const given = map.get(name);
    problem(
      given === undefined
        ? `${path(name)} is missing; it must be ${words}.`
        : `${path(name)} is ${JSON.stringify(given)}; it must be ${words}.`,
    );
    return instead;
  };
  const isText = (given: unknown): given is string => typeof given === "string" && given !== "";
  const isWhole = (given: unknown): given is number => typeof given === "number" && Number.isInteger(given);

  const fields: Fields = {
    at,
    problem,
    has: (name) => map.has(name),
    names: () => [...map.keys()],
    text: (name) => {
      const given = map.get(name);
      return isText(given) ? given : fail(name, "a text", "");
    },
    whole: (name, least) => {
      const given = map.get(name);
      return isWhole(given) && given >= least ? given : fail(name, `a whole number from ${least} up`, least);
    },
    flag: (name) => {
      const given = map.get(name) ?? false;
      return typeof given === "boolean" ? given : fail(name, "true or false", false);
    },
    oneOf: (name, words, fallback) => {
      const given = map.get(name) ?? fallback;
      const word = words.find((known) => known === given);
      return word ?? fail(name, `one of ${words.join(", ")}`, words[0] ?? failHard());
    },
    list: (name) => {
      const given = map.get(name) ?? [];
      return Array.isArray(given) && given.every(isText) ? given : fail(name, "a list of texts", []);
    },
    range: (name) => {
      const given: unknown = map.get(name);
      const [min, max]: readonly unknown[] = Array.isArray(given) && given.length === 2 ? given : [];
      if (!isWhole(min) || !isWhole(max) || min < 1) {
        return fail(name, "the least and the most, as in [2, 6], the least 1 or more", { min: 1, max: 1 });
      }
      if (max < min) problem(`${path(name)} says at least ${min} and at most ${max}; the least comes first.`);
      return { min, max };
    },
    fields: (name) => openFields(file, path(name), map.get(name) ?? {}, problems),
    quantity: (name, of) => {
      const given = map.get(name);
      const text = typeof given === "number" ? String(given) : given;
      const words = of === "cpu" ? "a quantity of CPU such as 500m or 2" : "a quantity of memory such as 512Mi or 4Gi";
      if (!isText(text)) return fail(name, words, { text: "1", amount: 1n });
      try {
        const amount = of === "cpu" ? milliCpu(text) : bytes(text);
        if (amount > 0n && (of === "cpu" || amount >= 1024n * 1024n)) return { text, amount };
      } catch {
        // Said below, as an amount that makes no sense is.
      }
      return fail(name, words, { text: "1", amount: 1n });
    },
    resources: (name) => {
      const inner = fields.fields(name);
      inner.only(["cpu", "memory"]);
      return { milliCpu: inner.quantity("cpu", "cpu").amount, memoryBytes: inner.quantity("memory", "memory").amount };
    },
    only: (known) => {
      for (const name of map.keys()) {
        if (!known.includes(name)) {
          problem(`${path(name)} is a field that nobody knows; ${at || "the file"} has ${known.join(", ")}.`);
        }
      }
    },
  };
  return fields;
}

function failHard(): never {
  throw new Error("a choice of nothing");
}
