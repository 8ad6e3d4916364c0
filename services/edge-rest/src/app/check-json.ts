import type { DescField, DescMessage, JsonValue } from "@bufbuild/protobuf";
import { isWrapper } from "@staymesh/contract";
import { escapePointer } from "./duplicate-keys.ts";
import { fieldsByName } from "./query.ts";
import { decodeBase64, INTEGER_RANGES, type IntegerRange, isFloat, scalarName } from "./scalar.ts";
import { durationProblem, instantProblem, maskProblem } from "./well-known.ts";

export interface JsonProblem {
  /** Proto names, as in rooms[0].adults. */
  readonly field: string;
  readonly pointer: string;
  readonly rule: string;
  readonly description: string;
}

/** Where in the document a value stands; made into text only when something is wrong there. */
interface Place {
  readonly above: Place | undefined;
  readonly key: string | number;
  readonly field: string;
}

/** Finds everything in a JSON value that does not fit, with its place, also what a parser would silently bend. */
export type JsonCheck = (value: JsonValue, at: Place | undefined, found: JsonProblem[], depth: number) => void;

const DEPTH_MAX = 100;
const PROBLEMS_MAX = 50;

export function checkJson(check: JsonCheck, value: JsonValue): readonly JsonProblem[] {
  const found: JsonProblem[] = [];
  check(value, undefined, found, 0);
  return found;
}

const messageChecks = new WeakMap<DescMessage, JsonCheck>();

export function messageCheck(desc: DescMessage): JsonCheck {
  const known = messageChecks.get(desc);
  if (known !== undefined) return known;
  let compiled: JsonCheck | undefined;
  const check: JsonCheck = (value, at, found, depth) => compiled?.(value, at, found, depth);
  // A type may contain itself, so that it is known before its fields are looked at.
  messageChecks.set(desc, check);
  compiled = wellKnownCheck(desc) ?? objectCheck(desc);
  return check;
}

export function fieldCheck(field: DescField): JsonCheck {
  switch (field.fieldKind) {
    case "list":
      return listCheck(valueCheck(field), takesNull(field));
    case "map":
      return mapCheck(valueCheck(field), takesNull(field));
    default:
      return valueCheck(field);
  }
}

function objectCheck(desc: DescMessage): JsonCheck {
  const names = fieldsByName(desc);
  const checks = new Map<string, { readonly field: DescField; readonly check: JsonCheck }>();
  for (const [name, field] of names) checks.set(name, { field, check: fieldCheck(field) });
  return (value, at, found, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return report(found, at, "json.type", "must be an object");
    }
    if (depth > DEPTH_MAX) return report(found, at, "json.depth", `lies deeper than ${DEPTH_MAX} levels`);
    const seen: DescField[] = [];
    for (const key of Object.keys(value)) {
      if (found.length >= PROBLEMS_MAX) return;
      const entry = checks.get(key);
      const inner = value[key];
      if (entry === undefined) {
        report(found, { above: at, key, field: key }, "json.unknown_field", unknownField(key, desc));
        continue;
      }
      const { field, check } = entry;
      const place = { above: at, key, field: field.name };
      if (seen.includes(field)) report(found, place, "json.repeated_field", "is given by both of its names");
      const other = field.oneof === undefined ? undefined : seen.find(({ oneof }) => oneof === field.oneof);
      if (other !== undefined && inner !== null) {
        report(found, place, "json.oneof", `cannot stand beside ${other.jsonName}: they exclude one another`);
      }
      if (inner !== null) seen.push(field);
      if (inner !== null && inner !== undefined) check(inner, place, found, depth + 1);
    }
  };
}

function unknownField(key: string, desc: DescMessage): string {
  const near = desc.fields.find(({ jsonName }) => jsonName.toLowerCase() === key.replaceAll(/[_-]/g, "").toLowerCase());
  return near === undefined
    ? "is not a field of this object"
    : `is not a field of this object; did you mean ${near.jsonName}?`;
}

/** Two of Google's types mean null itself. */
function takesNull({ message, enum: values }: DescField): boolean {
  return message?.typeName === "google.protobuf.Value" || values?.typeName === "google.protobuf.NullValue";
}

function listCheck(item: JsonCheck, nullable: boolean): JsonCheck {
  return (value, at, found, depth) => {
    if (!Array.isArray(value)) return report(found, at, "json.type", "must be a list");
    for (const [index, inner] of value.entries()) {
      if (found.length >= PROBLEMS_MAX) return;
      const place = { above: at, key: index, field: `[${index}]` };
      if (inner !== null) item(inner, place, found, depth + 1);
      else if (!nullable) report(found, place, "json.null", "must not be null");
    }
  };
}

function mapCheck(item: JsonCheck, nullable: boolean): JsonCheck {
  return (value, at, found, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return report(found, at, "json.type", "must be an object");
    }
    for (const [key, inner] of Object.entries(value)) {
      if (found.length >= PROBLEMS_MAX) return;
      const place = { above: at, key, field: `[${JSON.stringify(key)}]` };
      if (inner !== null) item(inner, place, found, depth + 1);
      else if (!nullable) report(found, place, "json.null", "must not be null");
    }
  };
}

function valueCheck(field: DescField): JsonCheck {
  if (field.message !== undefined) return messageCheck(field.message);
  if (field.enum !== undefined) return enumCheck(field.enum);
  const range = INTEGER_RANGES.get(field.scalar);
  if (range !== undefined) return integerCheck(range);
  switch (scalarName(field.scalar)) {
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
      return floatCheck(scalarName(field.scalar) === "float");
  }
}

const stringCheck: JsonCheck = (value, at, found) => {
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

function enumCheck(desc: NonNullable<DescField["enum"]>): JsonCheck {
  const names = new Set(desc.values.map(({ name }) => name));
  const listed = [...names].slice(0, 30).join(", ");
  return (value, at, found) => {
    // An open enum takes any number, so that an old edge passes on what a new client and a new service agree on.
    const known =
      typeof value === "string"
        ? names.has(value)
        : typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
    if (!known) report(found, at, "json.enum", `must be one of ${listed}`);
  };
}

function wellKnownCheck(desc: DescMessage): JsonCheck | undefined {
  if (isWrapper(desc)) {
    const [value] = desc.fields;
    return value === undefined ? undefined : valueCheck(value);
  }
  switch (desc.typeName) {
    case "google.protobuf.Timestamp":
      return textCheck(instantProblem, "json.time");
    case "google.protobuf.Duration":
      return textCheck(durationProblem, "json.duration");
    case "google.protobuf.FieldMask":
      return textCheck(maskProblem, "json.field_mask");
    case "google.protobuf.Struct":
    case "google.protobuf.Any":
      return (value, at, found) => {
        if (typeof value !== "object" || value === null || Array.isArray(value))
          report(found, at, "json.type", "must be an object");
      };
    case "google.protobuf.ListValue":
      return (value, at, found) => {
        if (!Array.isArray(value)) report(found, at, "json.type", "must be a list");
      };
    case "google.protobuf.Value":
      return () => {};
    default:
      return undefined;
  }
}

function textCheck(problemOf: (text: string) => string | undefined, rule: string): JsonCheck {
  return (value, at, found) => {
    const problem = typeof value === "string" ? problemOf(value) : "must be text";
    if (problem !== undefined) report(found, at, typeof value === "string" ? rule : "json.type", problem);
  };
}

function report(found: JsonProblem[], at: Place | undefined, rule: string, description: string): void {
  let pointer = "";
  let field = "";
  for (let place = at; place !== undefined; place = place.above) {
    pointer = `/${escapePointer(String(place.key).slice(0, 200))}${pointer}`;
    field = `${place.field.slice(0, 200)}${field === "" || field.startsWith("[") ? "" : "."}${field}`;
  }
  found.push({ field, pointer, rule, description });
}
