import {
  create,
  type DescMessage,
  fromBinary,
  type JsonValue,
  type Message,
  type Registry,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { type Any, AnySchema, BytesValueSchema } from "@bufbuild/protobuf/wkt";

/** Writes messages of one type as JSON text. Fields without presence are written also where they are zero. */
export function jsonWriter(desc: DescMessage, registry: Registry): (message: Message) => string {
  const options = { registry, alwaysEmitImplicit: true };
  const fallback = { ...options, registry: withBytesValue(registry) };
  return (message) => {
    try {
      return JSON.stringify(toJson(desc, message, options));
    } catch {
      // A service newer than this edge may answer with an Any of a type that the image lacks.
      return write(desc, veil(desc, message, registry), fallback);
    }
  };
}

const MARK = "#/google.protobuf.BytesValue";

/** The type name in front of the mark stays, and the value is told as base64. */
function write(desc: DescMessage, message: Message, options: Parameters<typeof toJson>[2]): string {
  return JSON.stringify(toJson(desc, message, options), (key, value: JsonValue) =>
    key === "@type" && typeof value === "string" && value.endsWith(MARK) ? value.slice(0, -MARK.length) : value,
  );
}

function withBytesValue(registry: Registry): Registry {
  const lookup: Pick<Registry, "getMessage"> = {
    getMessage: (name) => (name === BytesValueSchema.typeName ? BytesValueSchema : registry.getMessage(name)),
  };
  return { ...registry, ...lookup, [Symbol.iterator]: () => registry[Symbol.iterator]() };
}

function veil(desc: DescMessage, message: Message, registry: Registry): Message {
  const copy = fromBinary(desc, toBinary(desc, message));
  visit(reflect(desc, copy), registry);
  return copy;
}

function visit(view: ReflectMessage, registry: Registry): void {
  if (view.desc.typeName === AnySchema.typeName) {
    veilAny(view, registry);
    return;
  }
  for (const field of view.fields) {
    if (field.message === undefined || !view.isSet(field)) continue;
    const value: unknown = view.get(field);
    if (isReflectMessage(value)) {
      visit(value, registry);
      view.set(field, value);
    } else {
      for (const item of itemsOf(value)) visit(item, registry);
    }
  }
}

function* itemsOf(value: unknown): Generator<ReflectMessage> {
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) return;
  const each = value as Iterable<unknown>;
  for (const entry of each) {
    const item: unknown = Array.isArray(entry) ? entry[1] : entry;
    if (isReflectMessage(item)) yield item;
  }
}

function veilAny(view: ReflectMessage, registry: Registry): void {
  const any = view.message as Any;
  const name = any.typeUrl.slice(any.typeUrl.lastIndexOf("/") + 1);
  if (any.typeUrl === "" || registry.getMessage(name) !== undefined) return;
  any.value = toBinary(BytesValueSchema, create(BytesValueSchema, { value: any.value }));
  any.typeUrl = `${any.typeUrl}${MARK}`;
}
