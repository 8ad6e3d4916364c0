import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { keyProblem } from "./check-scalar.ts";
import { INTEGER_RANGES } from "./scalar.ts";
import { textReader, ValueProblem } from "./text-value.ts";

type MapKey = string | number | bigint | boolean;

const IMPLICIT = 2;

/** Sets the field at the end of a path from text. */
export type FieldSetter = (message: Message, text: string) => void;

/** A setter for a path that is known at start-up, as those of path variables are. */
export function fieldSetter(desc: DescMessage, fields: readonly DescField[]): FieldSetter {
  const [only] = fields;
  const plainText =
    fields.length === 1 &&
    only?.fieldKind === "scalar" &&
    only.scalar === ScalarType.STRING &&
    only.oneof === undefined &&
    only.presence === IMPLICIT;
  if (plainText) {
    const { localName } = only;
    return (message, text) => {
      const given: unknown = Reflect.get(message, localName);
      if (given !== "" && given !== text) throw differs(given);
      Reflect.set(message, localName, text);
    };
  }
  const leaf = leafOf(fields);
  const read = textReader(leaf);
  return (message, text) => {
    const holder = holderOf(reflect(desc, message), fields);
    const value = read(text);
    if (holder.isSet(leaf) && !same(holder.get(leaf), value)) throw differs(holder.get(leaf));
    refuseSecondOfOneof(holder, leaf);
    holder.set(leaf, value);
  };
}

/** Sets, or adds to, the field at the end of a path; a map takes the value at a key. */
export function setField(
  desc: DescMessage,
  message: Message,
  fields: readonly DescField[],
  text: string,
  key?: string,
): void {
  const leaf = leafOf(fields);
  const holder = holderOf(reflect(desc, message), fields);
  const value = textReader(leaf)(text);
  refuseSecondOfOneof(holder, leaf);
  if (leaf.fieldKind === "list") {
    holder.get(leaf).add(value);
  } else if (leaf.fieldKind === "map") {
    holder.get(leaf).set(keyOf(leaf, key ?? ""), value);
  } else {
    holder.set(leaf, value);
  }
}

function keyOf({ mapKey }: DescField & { readonly fieldKind: "map" }, text: string): MapKey {
  const problem = keyProblem(mapKey, text);
  if (problem !== undefined) throw new ValueProblem("query.key", problem);
  const range = INTEGER_RANGES.get(mapKey);
  if (range !== undefined) return range.long ? BigInt(text) : Number(text);
  return mapKey === ScalarType.BOOL ? text === "true" : text;
}

function leafOf(fields: readonly DescField[]): DescField {
  const leaf = fields.at(-1);
  if (leaf === undefined) throw new Error("a field path is empty");
  return leaf;
}

/** The message that holds the last field of the path; those on the way are made where they are missing. */
function holderOf(root: ReflectMessage, fields: readonly DescField[]): ReflectMessage {
  let holder = root;
  for (const field of fields.slice(0, -1)) {
    refuseSecondOfOneof(holder, field);
    const next: unknown = holder.get(field);
    if (!isReflectMessage(next)) throw new Error(`${field} is no message`);
    if (!holder.isSet(field)) holder.set(field, next);
    holder = next;
  }
  return holder;
}

function refuseSecondOfOneof(holder: ReflectMessage, field: DescField): void {
  if (field.oneof === undefined) return;
  const other = holder.oneofCase(field.oneof);
  if (other !== undefined && other !== field) {
    throw new ValueProblem("value.oneof", `cannot stand beside ${other.jsonName}: they exclude one another`);
  }
}

function differs(given: unknown): ValueProblem {
  const told = typeof given === "string" ? ` "${given.slice(0, 100)}"` : " another value";
  return new ValueProblem("value.conflict", `the body says${told} and the path says something else`);
}

function same(one: unknown, other: unknown): boolean {
  if (isReflectMessage(one) && isReflectMessage(other)) {
    return JSON.stringify(one.message, bigintText) === JSON.stringify(other.message, bigintText);
  }
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return Object.is(one, other);
}

function bigintText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}` : value;
}
