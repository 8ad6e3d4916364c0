import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { hasGrant, type Principal } from "./principal.ts";
import { Refusal } from "./refusal.ts";

/** Refuses a request that names a property for which the principal has no grant. */
export type PropertyCheck = (message: Message, principal: Principal) => void;

type Reader = (message: unknown) => readonly unknown[];

/** Compiles the check of one method from the path of its property field; undefined where the method names none. */
export function propertyCheck(input: DescMessage, path: string | undefined): PropertyCheck | undefined {
  if (path === undefined) return undefined;
  const read = reader(input, path.split("."));
  return (message, principal) => {
    for (const value of read(message)) {
      if (typeof value === "string") checkGrant(value, principal);
    }
  };
}

function checkGrant(name: string, principal: Principal): void {
  const property = propertyIdOf(name);
  // "-" stands for every property that the caller may see, which the handler filters; an empty field names none.
  if (property === "" || property === "-" || hasGrant(principal, property)) return;
  throw new Refusal("PROPERTY_NOT_GRANTED", `The key has no grant for the property ${property}.`, { property });
}

/** "properties/lisbon-city/roomTypes/a" and "lisbon-city" both name lisbon-city. */
function propertyIdOf(name: string): string {
  return name.startsWith("properties/") ? (name.split("/", 2)[1] ?? "") : name;
}

function reader(desc: DescMessage, path: readonly string[]): Reader {
  const [name, ...rest] = path;
  const field = desc.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`${desc.typeName} has no field ${name}`);
  const below: Reader =
    rest.length === 0 || field.message === undefined ? (value) => [value] : reader(field.message, rest);
  const get = getter(field);
  return (message) => {
    const value = get(message);
    if (value === undefined) return [];
    return Array.isArray(value) ? value.flatMap(below) : below(value);
  };
}

function getter(field: DescField): (message: unknown) => unknown {
  const { oneof } = field;
  if (oneof === undefined) return (message) => memberOf(message, field.localName);
  return (message) => {
    const member = memberOf(message, oneof.localName);
    return memberOf(member, "case") === field.localName ? memberOf(member, "value") : undefined;
  };
}

function memberOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}
