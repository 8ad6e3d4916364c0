import type { DescField, DescMessage, JsonValue, Registry } from "@bufbuild/protobuf";
import { enumCheck, keyProblem, scalarCheck } from "./check-scalar.ts";
import { type CheckOf, inList, inMap, isObject, wellKnownCheck } from "./check-well-known.ts";
import { DEPTH_MAX, type JsonCheck, type JsonProblem, PROBLEMS_MAX, report, reportDepth } from "./json-problem.ts";
import { fieldsByName } from "./query.ts";

export function checkJson(check: JsonCheck, value: JsonValue): readonly JsonProblem[] {
  const found: JsonProblem[] = [];
  check(value, undefined, found, 0);
  return found;
}

const messageChecks = new WeakMap<DescMessage, JsonCheck>();

/** The check of a message; the registry knows the types that an Any may hold. */
export function messageCheck(desc: DescMessage, registry: Registry): JsonCheck {
  const known = messageChecks.get(desc);
  if (known !== undefined) return known;
  let compiled: JsonCheck | undefined;
  const check: JsonCheck = (value, at, found, depth) => compiled?.(value, at, found, depth);
  // A type may contain itself, so that it is known before its fields are looked at.
  messageChecks.set(desc, check);
  compiled = wellKnownCheck(desc, namedChecks(registry)) ?? objectCheck(desc, registry);
  return check;
}

function namedChecks(registry: Registry): CheckOf {
  return (typeName) => {
    const desc = registry.getMessage(typeName);
    if (desc === undefined) return undefined;
    const isPlain = wellKnownCheck(desc, () => undefined) === undefined;
    return { check: messageCheck(desc, registry), isPlain };
  };
}

export function fieldCheck(field: DescField, registry: Registry): JsonCheck {
  switch (field.fieldKind) {
    case "list":
      return listCheck(valueCheck(field, registry), takesNull(field));
    case "map":
      return mapCheck(field, valueCheck(field, registry));
    default:
      return valueCheck(field, registry);
  }
}

function objectCheck(desc: DescMessage, registry: Registry): JsonCheck {
  const names = fieldsByName(desc);
  const checks = new Map<string, { readonly field: DescField; readonly check: JsonCheck }>();
  for (const [name, field] of names) checks.set(name, { field, check: fieldCheck(field, registry) });
  return (value, at, found, depth) => {
    if (!isObject(value)) return report(found, at, "json.type", "must be an object");
    if (depth > DEPTH_MAX) return reportDepth(found, at);
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
      const place = inList(at, index);
      if (inner !== null) item(inner, place, found, depth + 1);
      else if (!nullable) report(found, place, "json.null", "must not be null");
    }
  };
}

function mapCheck(field: DescField & { readonly fieldKind: "map" }, item: JsonCheck): JsonCheck {
  const nullable = takesNull(field);
  return (value, at, found, depth) => {
    if (!isObject(value)) return report(found, at, "json.type", "must be an object");
    for (const [key, inner] of Object.entries(value)) {
      if (found.length >= PROBLEMS_MAX) return;
      const place = inMap(at, key);
      const problem = keyProblem(field.mapKey, key);
      if (problem !== undefined) report(found, place, "json.key", problem);
      if (inner !== null) item(inner, place, found, depth + 1);
      else if (!nullable) report(found, place, "json.null", "must not be null");
    }
  };
}

function valueCheck(field: DescField, registry: Registry): JsonCheck {
  if (field.message !== undefined) return messageCheck(field.message, registry);
  return field.enum === undefined ? scalarCheck(field.scalar) : enumCheck(field.enum);
}
