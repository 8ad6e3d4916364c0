import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { Contract } from "../facts.ts";
import { promisesExample } from "./examples.ts";
import { type Json, present } from "./json.ts";
import { isObject } from "./plain.ts";
import type { Schemas } from "./schemas.ts";
import { wellKnownExample } from "./well-known.ts";

/** Examples of whole messages, made of the examples that the contract's words give. */
export interface MessageExamples {
  /** What a caller sends: what is asked for, and what the contract gives an example of. */
  readonly request: (desc: DescMessage, without: (field: DescField) => boolean) => Json;
  /** The least that a change sends: the first field that it may change. */
  readonly patch: (desc: DescMessage) => Json;
  /** What a service answers, with every field. */
  readonly answer: (desc: DescMessage) => unknown;
  readonly packed: (desc: DescMessage) => Json;
}

const OUTPUT_ONLY = 3;
const INPUT_ONLY = 4;
const IDENTIFIER = 8;
const DEPTH_MAX = 5;
const SOME_UUID = "3f0c8f4e-8c0e-4c9b-9c3e-0b6a2f8f5f10";

export const messageExamples = (contract: Contract, schemas: Schemas): MessageExamples => {
  const names = resourceNames(contract, schemas);
  const behaves = (field: DescField, ...kinds: readonly number[]) =>
    contract.options.fieldBehavior(field).some((kind) => kinds.includes(kind));

  const resourceName = (field: DescField): string | undefined => {
    const own = field.name === "name" ? contract.options.resource(field.parent)?.type : undefined;
    return names.get(own ?? contract.options.resourceReference(field)?.type ?? "");
  };

  const scalar = (field: DescField): unknown => {
    const { example: told, own } = schemas.told(field);
    const example = resourceName(field) ?? told;
    if (example !== undefined) {
      return example;
    }
    switch (field.scalar) {
      case ScalarType.STRING:
        return plainText(field, own);
      case ScalarType.BOOL:
        return true;
      case ScalarType.BYTES:
        return "AA==";
      case ScalarType.INT64:
      case ScalarType.UINT64:
      case ScalarType.SINT64:
      case ScalarType.FIXED64:
      case ScalarType.SFIXED64:
        return "1";
      default:
        return typeof own["minimum"] === "number" ? Math.max(own["minimum"], 1) : 1;
    }
  };

  const one = (field: DescField, message: (desc: DescMessage) => unknown): unknown => {
    if (field.message !== undefined) {
      return schemas.told(field).example ?? wellKnownExample(field.message) ?? message(field.message);
    }
    return field.enum === undefined ? scalar(field) : enumExample(field.enum, schemas.told(field).own);
  };

  const exampleOf = (field: DescField, message: (desc: DescMessage) => unknown): unknown =>
    field.fieldKind === "map" ? {} : field.fieldKind === "list" ? [one(field, message)] : one(field, message);

  const isShown = (field: DescField): boolean => {
    if (behaves(field, OUTPUT_ONLY, IDENTIFIER) || field.name === "request_id") {
      return false;
    }
    if (field.oneof !== undefined) {
      return schemas.isRequiredOneof(field.oneof) && field.oneof.fields[0] === field;
    }
    const { example, texts } = schemas.told(field);
    return (
      schemas.isRequired(field) || example !== undefined || (field.message !== undefined && promisesExample(...texts))
    );
  };

  const request = (desc: DescMessage, without: (field: DescField) => boolean = () => false): Json =>
    Object.fromEntries(
      desc.fields
        .filter((field) => isShown(field) && !without(field))
        .map((field) => [field.jsonName, exampleOf(field, (inner) => request(inner))]),
    );

  const answer = (desc: DescMessage, above: readonly DescMessage[] = []): unknown => {
    const known = wellKnownExample(desc);
    if (known !== undefined) {
      return known;
    }
    const inside = [...above, desc];
    const shown = desc.fields.filter(
      (field) =>
        !behaves(field, INPUT_ONLY) &&
        !field.deprecated &&
        // Of several that exclude one another the last: of an operation, what it ends with.
        (field.oneof === undefined || field.oneof.fields.at(-1) === field) &&
        !(field.message !== undefined && (inside.includes(field.message) || inside.length > DEPTH_MAX)),
    );
    return Object.fromEntries(
      shown.map((field) => [
        field.jsonName,
        field.name === "next_page_token" ? "" : exampleOf(field, (inner) => answer(inner, inside)),
      ]),
    );
  };

  const packed = (desc: DescMessage): Json => {
    const value = answer(desc);
    return { "@type": `type.googleapis.com/${desc.typeName}`, ...(isObject(value) ? value : {}) };
  };

  return {
    request,
    patch: (desc) => {
      const first = desc.fields.find((field) => isShown(field));
      return present(first === undefined ? {} : { [first.jsonName]: exampleOf(first, (inner) => request(inner)) });
    },
    answer: (desc) => answer(desc),
    packed,
  };
};

/** An example of each resource's name, out of the fields that refer to it. */
const resourceNames = ({ registry, options }: Contract, schemas: Schemas): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const type of registry) {
    for (const field of type.kind === "message" ? type.fields : []) {
      const resource = options.resourceReference(field)?.type ?? "";
      const example = resource === "" || found.has(resource) ? undefined : schemas.told(field).example;
      if (typeof example === "string" && field.fieldKind === "scalar") {
        found.set(resource, example);
      }
    }
  }
  return found;
};

const enumExample = (desc: DescEnum, own: Json): unknown => {
  if (desc.typeName === "google.protobuf.NullValue") {
    return null;
  }
  const refused: unknown = isObject(own["not"]) ? Reflect.get(own["not"], "enum") : undefined;
  const usable = desc.values.filter(({ name }) => !(Array.isArray(refused) && refused.includes(name)));
  return (usable.find(({ number }) => number !== 0) ?? usable[0])?.name;
};

/** Text for a field of which nothing but its name is known. */
const plainText = ({ name }: DescField, { format, minLength, enum: only }: Json): string => {
  if (Array.isArray(only)) {
    return String(only.find((value) => value !== "") ?? "");
  }
  if (format === "uuid") {
    return SOME_UUID;
  }
  if (format === "email") {
    return "somebody@example.com";
  }
  if (/(^|_)ur[il]$/.test(name) || format === "uri") {
    return "https://example.com/";
  }
  if (/(^|_)date$/.test(name)) {
    return "2027-03-05";
  }
  const plain = /(^|_)(id|token|etag|sha256)$/.test(name) ? "0190a1b2" : "example";
  return typeof minLength === "number" ? plain.padEnd(minLength, "x") : plain;
};
