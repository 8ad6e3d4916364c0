import { createHash } from "node:crypto";
import { create, type DescField, type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import type { MethodFacts } from "./facts.ts";
import type { OptionReader } from "./options.ts";

/** SHA-256 of a method's name and the meaning of one request to it: transport fields left out, maps in the order of their keys. */
export const fingerprint = (method: MethodFacts, message: Message): Uint8Array =>
  createHash("sha256")
    .update(method.fullName)
    .update("\0")
    .update(toBinary(method.input, method.canonical(message), { writeUnknownFields: false }))
    .digest();

export type Canonical = (desc: DescMessage) => (message: Message) => Message;

/** Gives two messages of the same meaning the same form. */
export const canonicaliser = (options: OptionReader): Canonical => {
  const isTransport = (field: DescField): boolean => options.field(field)?.transport === true;
  const uneven = unevenTypes(isTransport);
  return (desc) =>
    uneven(desc) ? (message) => canonicalise(reflect(desc, message), isTransport, uneven) : (message) => message;
};

/** Whether a type holds, at any depth, something that its plain bytes would tell apart although it means the same. */
const unevenTypes = (isTransport: (field: DescField) => boolean): ((desc: DescMessage) => boolean) => {
  const known = new Map<DescMessage, boolean>();
  const uneven = (desc: DescMessage): boolean => {
    const before = known.get(desc);
    if (before !== undefined) {
      return before;
    }
    // A recursive type is taken for uneven while it is looked at: slower at worst, never wrong.
    known.set(desc, true);
    const answer = desc.fields.some(
      (field) =>
        isTransport(field) || field.fieldKind === "map" || (field.message !== undefined && uneven(field.message)),
    );
    known.set(desc, answer);
    return answer;
  };
  return uneven;
};

const canonicalise = (
  source: ReflectMessage,
  isTransport: (field: DescField) => boolean,
  uneven: (desc: DescMessage) => boolean,
): Message => {
  const target = reflect(source.desc, create(source.desc));
  const inner = (value: unknown): unknown =>
    isReflectMessage(value) && uneven(value.desc)
      ? reflect(value.desc, canonicalise(value, isTransport, uneven))
      : value;
  for (const field of source.fields) {
    if (!source.isSet(field) || isTransport(field)) {
      continue;
    }
    switch (field.fieldKind) {
      case "list": {
        const list = target.get(field);
        for (const item of source.get(field)) {
          list.add(inner(item));
        }
        break;
      }
      case "map": {
        const map = target.get(field);
        for (const [key, value] of [...source.get(field)].sort(byKey)) {
          map.set(key, inner(value));
        }
        break;
      }
      default:
        target.set(field, inner(source.get(field)));
    }
  }
  return target.message;
};

const byKey = ([one]: [unknown, unknown], [other]: [unknown, unknown]): number => {
  const [first, second] = [String(one), String(other)];
  return first < second ? -1 : Number(first > second);
};
