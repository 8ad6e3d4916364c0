import type { DescField, JsonValue } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { type JsonCheck, report } from "./json-problem.ts";
import { decodeBase64, INTEGER_RANGES, type IntegerRange, isFloat, scalarName } from "./scalar.ts";

export function scalarCheck(scalar: ScalarType): JsonCheck {
  const range = INTEGER_RANGES.get(scalar);
  if (range !== undefined) return integerCheck(range);
  switch (scalarName(scalar)) {
    case "string":
      return stringCheck;
    case "bool":
      return (value, at, found) => {
        if (typeof value !== "boolean") report(found, at, "json.type", "must be true or false");
      };
    case "bytes":
      return (value, at, found) => {
        if (typeof value !== "string" || decodeBase64(value) === undefined)
          report(found, at, "json.base64", "must be base64 text");
      };
    default:
      return floatCheck(scalarName(scalar) === "float");
  }
}

export const stringCheck: JsonCheck = (value, at, found) => {
  if (typeof value !== "string") report(found, at, "json.type", "must be text");
  else if (!value.isWellFormed()) report(found, at, "json.unicode", "holds half a character");
};

function integerCheck({ min, max, long }: IntegerRange): JsonCheck {
  return (value, at, found) => {
    const integer = integerOf(value);
    if (integer === undefined) return report(found, at, "json.type", "must be a whole number");
    if (typeof value === "number" && !Number.isSafeInteger(value) && long) {
      return report(found, at, "json.unsafe_integer", "is too large for a JSON number; write it in quotes");
    }
    if (integer < min || integer > max) report(found, at, "json.range", `must lie between ${min} and ${max}`);
  };
}

function integerOf(value: JsonValue): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== "string") return undefined;
  if (/^-?(0|[1-9]\d{0,30})$/.test(value)) return BigInt(value);
  // ProtoJSON lets a 32-bit integer be "1e3" or "1.0" too.
  const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? BigInt(number) : undefined;
}

function floatCheck(single: boolean): JsonCheck {
  return (value, at, found) => {
    if (value === "NaN" || value === "Infinity" || value === "-Infinity") return;
    const number =
      typeof value === "string" && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : value;
    if (typeof number !== "number") return report(found, at, "json.type", "must be a number");
    if (!isFloat(number, single)) report(found, at, "json.range", "is too large for the field");
  };
}

export function enumCheck(desc: NonNullable<DescField["enum"]>): JsonCheck {
  const names = new Set(desc.values.map(({ name }) => name));
  const listed = [...names].slice(0, 30).join(", ");
  return (value, at, found) => {
    // An open enum takes any number, so that an old edge passes on what a new client and a new service agree on.
    const known =
      typeof value === "string"
        ? names.has(value)
        : typeof value === "number" && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
    if (!known) report(found, at, "json.enum", `must be one of ${listed}`);
  };
}

/** What is wrong with a map's key, if anything: one number has one spelling, so that no key can stand twice. */
export function keyProblem(scalar: ScalarType, key: string): string | undefined {
  const range = INTEGER_RANGES.get(scalar);
  if (range !== undefined) {
    const number = /^(0|-?[1-9]\d{0,19})$/.test(key) ? BigInt(key) : undefined;
    if (number === undefined) return "must have a whole number as its key";
    return number < range.min || number > range.max
      ? `must have a key between ${range.min} and ${range.max}`
      : undefined;
  }
  if (scalar === ScalarType.BOOL) return /^(true|false)$/.test(key) ? undefined : "must have true or false as its key";
  return key.isWellFormed() ? undefined : "has half a character in its key";
}
