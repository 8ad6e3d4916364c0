import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { isWrapper } from "@staymesh/contract";
import { scalarCheck, stringCheck } from "./check-scalar.ts";
import { DEPTH_MAX, type JsonCheck, type Place, PROBLEMS_MAX, report, reportDepth } from "./json-problem.ts";
import { durationProblem, instantProblem, maskProblem } from "./well-known.ts";

/** The check of a message by its full name; undefined where the contract does not know it. */
export type CheckOf = (typeName: string) => { readonly check: JsonCheck; readonly isPlain: boolean } | undefined;

/** The check of a type that JSON writes in a way of its own; undefined for all others. */
export function wellKnownCheck(desc: DescMessage, checkOf: CheckOf): JsonCheck | undefined {
  if (isWrapper(desc)) {
    const scalar = desc.fields[0]?.scalar;
    return scalar === undefined ? undefined : scalarCheck(scalar);
  }
  switch (desc.typeName) {
    case "google.protobuf.Timestamp":
      return textCheck(instantProblem, "json.time");
    case "google.protobuf.Duration":
      return textCheck(durationProblem, "json.duration");
    case "google.protobuf.FieldMask":
      return textCheck(maskProblem, "json.field_mask");
    case "google.protobuf.Struct":
      return (value, at, found, depth) => {
        if (isObject(value)) freeCheck(value, at, found, depth);
        else report(found, at, "json.type", "must be an object");
      };
    case "google.protobuf.ListValue":
      return (value, at, found, depth) => {
        if (Array.isArray(value)) freeCheck(value, at, found, depth);
        else report(found, at, "json.type", "must be a list");
      };
    case "google.protobuf.Value":
      return freeCheck;
    case "google.protobuf.Any":
      return anyCheck(checkOf);
    default:
      return undefined;
  }
}

export function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textCheck(problemOf: (text: string) => string | undefined, rule: string): JsonCheck {
  return (value, at, found) => {
    const problem = typeof value === "string" ? problemOf(value) : "must be text";
    if (problem !== undefined) report(found, at, typeof value === "string" ? rule : "json.type", problem);
  };
}

/** Each level of free JSON becomes a list of values or a map of them: up to three messages inside one another. */
const MESSAGES_PER_LEVEL = 3;

const freeCheck: JsonCheck = (value, at, found, depth) => {
  if (depth > DEPTH_MAX) return reportDepth(found, at);
  if (typeof value === "string") return stringCheck(value, at, found, depth);
  if (typeof value === "number" && !Number.isFinite(value)) {
    return report(found, at, "json.range", "is too large for a number");
  }
  if (typeof value !== "object" || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (found.length >= PROBLEMS_MAX) return;
    const place = isList ? inList(at, Number(key)) : inMap(at, key);
    if (!key.isWellFormed()) report(found, place, "json.unicode", "has half a character in its key");
    freeCheck(inner, place, found, depth + MESSAGES_PER_LEVEL);
  }
};

export function inList(above: Place | undefined, index: number): Place {
  return { above, key: index, field: `[${index}]` };
}

export function inMap(above: Place | undefined, key: string): Place {
  return { above, key, field: `[${JSON.stringify(key)}]` };
}

/** google.protobuf.Any: the fields of the message that `@type` names, or `value` where that one is no object in JSON. */
function anyCheck(checkOf: CheckOf): JsonCheck {
  return (value, at, found, depth) => {
    if (!isObject(value)) return report(found, at, "json.type", "must be an object");
    if (depth > DEPTH_MAX) return reportDepth(found, at);
    if (Object.keys(value).length === 0) return;
    const { "@type": url, ...fields } = value;
    const inside = typeof url === "string" ? checkOf(url.slice(url.lastIndexOf("/") + 1)) : undefined;
    if (inside === undefined) return report(found, anyType(at), "json.any", "must name a type that the contract has");
    if (inside.isPlain) return inside.check(fields, at, found, depth + 1);
    const { value: inner, ...others } = fields;
    for (const key of Object.keys(others)) {
      report(found, { above: at, key, field: key }, "json.unknown_field", "is not a field of this object");
    }
    if (inner !== undefined) inside.check(inner, { above: at, key: "value", field: "value" }, found, depth + 1);
  };
}

function anyType(above: Place | undefined): Place {
  return { above, key: "@type", field: "@type" };
}
