import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { isJsonObject, words } from "./option-values.ts";

/** One rule of buf.validate, such as `min_len 1`. */
export interface Rule {
  /** What the rule is about; bounds are `lower` and `upper`, whether they are strict or not. */
  readonly about: string;
  /** Where it holds: "" for the value itself, "items.", "keys." or "values." for what a list or map holds. */
  readonly place: string;
  /** As it stands in the contract. */
  readonly words: string;
  readonly value: JsonValue;
  /** The message that a caller reads; only for rules in CEL. */
  readonly told?: string;
  /** The fields that a rule over several looks at, where that is known of all of them. */
  readonly fields?: readonly string[];
}

const BOUNDS: Readonly<Record<string, string>> = { gt: "lower", gte: "lower", lt: "upper", lte: "upper" };
const NESTED: ReadonlySet<string> = new Set(["items", "keys", "values"]);
/** Samples for documentation; they bind nobody. */
const IDLE: ReadonlySet<string> = new Set(["example"]);

/** The rules of a field as a flat list, by place and subject. */
export const fieldRules = (rules: JsonObject, place = ""): ReadonlyMap<string, Rule> => {
  const found = new Map<string, Rule>();
  const put = (rule: Rule) => found.set(`${rule.place}${rule.about}`, rule);
  for (const [name, value] of Object.entries(rules)) {
    if (name === "cel" || name === "cel_expression") {
      for (const rule of celRules(value, place)) {
        put(rule);
      }
    } else if (isJsonObject(value) && name !== "required" && name !== "ignore") {
      for (const [inner, leaf] of Object.entries(value)) {
        if (NESTED.has(inner) && isJsonObject(leaf)) {
          for (const rule of fieldRules(leaf, `${place}${inner}.`).values()) {
            put(rule);
          }
        } else if (!IDLE.has(inner)) {
          put(leafRule(inner, leaf, place));
        }
      }
    } else {
      put(leafRule(name, value, place));
    }
  }
  return found;
};

/** The rules over several fields of a message, and those of a oneof. */
export const groupRules = (rules: JsonObject): ReadonlyMap<string, Rule> => {
  const found = new Map<string, Rule>();
  for (const [name, value] of Object.entries(rules)) {
    if (name === "cel" || name === "cel_expression") {
      for (const rule of celRules(value, "")) {
        found.set(rule.about, rule);
      }
    } else if (name === "oneof" && Array.isArray(value)) {
      for (const one of value.filter(isJsonObject)) {
        const about = `at most one of ${[one["fields"]].flat().join(", ")}`;
        const fields = [one["fields"]].flat().map(String);
        found.set(about, { about, place: "", words: about, value: true, fields });
        if (one["required"] === true) {
          found.set(`${about}, required`, {
            about: `${about}, required`,
            place: "",
            words: `${about}, required`,
            value: true,
          });
        }
      }
    } else {
      found.set(name, leafRule(name, value, ""));
    }
  }
  return found;
};

const leafRule = (name: string, value: JsonValue, place: string): Rule => ({
  about: BOUNDS[name] ?? name,
  place,
  words: `${place}${name}${value === true ? "" : ` ${words(value)}`}`,
  value: BOUNDS[name] === undefined ? value : { strict: name === "gt" || name === "lt", bound: value },
});

const celRules = (value: JsonValue, place: string): readonly Rule[] =>
  [value].flat().map((one): Rule => {
    if (!isJsonObject(one)) {
      return { about: `cel ${words(one)}`, place, words: `${place}cel ${words(one)}`, value: one };
    }
    const expression = one["expression"] ?? "";
    const about = `cel ${words(one["id"] ?? expression)}`;
    return {
      about,
      place,
      words: `${place}${about}: ${words(expression)}`,
      value: expression,
      told: words(one["message"]) ?? "",
      ...namedFields(String(expression)),
    };
  });

/** `this` on its own may be any field of the message. */
const namedFields = (expression: string): { readonly fields?: readonly string[] } =>
  /\bthis\b(?!\.[A-Za-z_])/.test(expression)
    ? {}
    : { fields: [...expression.matchAll(/\bthis\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = ""]) => name) };
