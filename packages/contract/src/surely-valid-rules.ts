import type { DescMessage, JsonValue } from "@bufbuild/protobuf";

/** Whether a value surely keeps the rules. */
export type RuleCheck = (value: unknown) => boolean;

export const unsure: RuleCheck = () => false;

type Rules = Readonly<Record<string, JsonValue>>;
type Rule = (bound: JsonValue) => RuleCheck;

const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
/** The plainest addresses only. */
const EMAIL =
  /^[a-zA-Z0-9._-]+@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

const textRules: Readonly<Record<string, Rule>> = {
  // Lengths are counted in characters, of which there are at most as many as there are UTF-16 units and at least half as many.
  maxLen: (bound) => (value) => typeof value === "string" && value.length <= Number(bound),
  minLen: (bound) => (value) => typeof value === "string" && value.length >= 2 * Number(bound) - 1,
  pattern: (bound) => {
    const pattern = new RegExp(String(bound), "u");
    return (value) => typeof value === "string" && pattern.test(value);
  },
  uuid: (isAsked) => (value) => isAsked === true && typeof value === "string" && UUID.test(value),
  email: (isAsked) => (value) => isAsked === true && typeof value === "string" && EMAIL.test(value),
};

/** Bounds are within the exact numbers, which is looked at when they are read. */
const numberRules: Readonly<Record<string, Rule>> = {
  gt: (bound) => comparison(bound, (value, than) => value > than),
  gte: (bound) => comparison(bound, (value, than) => value >= than),
  lt: (bound) => comparison(bound, (value, than) => value < than),
  lte: (bound) => comparison(bound, (value, than) => value <= than),
};

const listRules: Readonly<Record<string, Rule>> = {
  minItems: (bound) => (value) => Array.isArray(value) && value.length >= Number(bound),
  maxItems: (bound) => (value) => Array.isArray(value) && value.length <= Number(bound),
};

const rulesByType: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  string: textRules,
  repeated: listRules,
  duration: numberRules,
  ...Object.fromEntries(["int32", "int64", "uint32", "uint64", "double", "float"].map((type) => [type, numberRules])),
};

/** `rules` is a rule set of buf.validate in ProtoJSON without what is said of presence; undefined where there are none. */
export const ruleCheck = (rules: Rules, message: DescMessage | undefined): RuleCheck | undefined => {
  const checks = Object.entries(rules).flatMap(([type, ofType]) => {
    const known = rulesByType[type];
    if (known === undefined || typeof ofType !== "object" || ofType === null || Array.isArray(ofType)) return [unsure];
    // Rules for a wrapper are those of what it wraps.
    if (message !== undefined && type !== "duration") return [unsure];
    return Object.entries(ofType).map(([name, bound]) => known[name]?.(bound) ?? unsure);
  });
  return checks.length === 0 ? undefined : (value) => checks.every((check) => check(value));
};

const comparison = (bound: JsonValue, holds: (value: number, than: number) => boolean): RuleCheck => {
  const than = typeof bound === "string" && bound.endsWith("s") ? Number(bound.slice(0, -1)) : Number(bound);
  if (!Number.isFinite(than) || Math.abs(than) > Number.MAX_SAFE_INTEGER) return unsure;
  return (value) => {
    const number = numberOf(value);
    return number !== undefined && holds(number, than);
  };
};

/** Undefined where a number would not be exact. */
const numberOf = (value: unknown): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
  if (typeof value !== "object" || value === null || !("seconds" in value) || !("nanos" in value)) return undefined;
  return value.nanos === 0 && typeof value.seconds === "bigint" ? numberOf(value.seconds) : undefined;
};
