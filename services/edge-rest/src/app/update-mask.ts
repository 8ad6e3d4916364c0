import type { DescField, DescMessage, JsonValue, Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { isTextField, type OptionReader, type Route } from "@staymesh/contract";
import { fieldsByName } from "./query.ts";

/** Fills the field mask of a PATCH that brings none: what the body names is what changes. */
export type MaskFiller = (message: Message, json: JsonValue | undefined) => void;

const OUTPUT_ONLY = 3;
const IDENTIFIER = 8;

/** Only where the method is a PATCH of one field with exactly one mask in its request. */
export function maskFiller(route: Route, options: OptionReader): MaskFiller | undefined {
  const { input } = route.method;
  const masks = input.fields.filter((field) => field.message?.typeName === "google.protobuf.FieldMask");
  const [mask] = masks;
  const { body } = route;
  if (route.verb !== "PATCH" || masks.length !== 1 || mask?.fieldKind !== "message") return undefined;
  if (body.kind !== "field" || body.field.fieldKind !== "message") return undefined;
  const resource = body.field.message;
  const bound = new Set(
    route.path
      .filter(({ fields }) => fields[0] === body.field)
      .map(({ fields }) =>
        fields
          .slice(1)
          .map(({ name }) => name)
          .join("."),
      ),
  );
  // What a client may send back as it read it, and what is a condition: neither is a change.
  const left = (field: DescField): boolean =>
    options.fieldBehavior(field).some((behavior) => behavior === OUTPUT_ONLY || behavior === IDENTIFIER) ||
    (field.parent === resource && field.name === "etag");
  const localName = mask.localName;
  return (message, json) => {
    const view = reflect(input, message);
    if (view.isSet(mask) || json === undefined || json === null) return;
    const paths = [...leafPaths(resource, json, "", left)].filter((path) => !bound.has(path)).sort();
    if (paths.length > 0) Reflect.set(message, localName, { $typeName: "google.protobuf.FieldMask", paths });
  };
}

function* leafPaths(
  desc: DescMessage,
  json: JsonValue,
  prefix: string,
  left: (field: DescField) => boolean,
): Generator<string> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return;
  const names = fieldsByName(desc);
  for (const [key, value] of Object.entries(json)) {
    const field = names.get(key);
    if (field === undefined || left(field)) continue;
    const path = `${prefix}${field.name}`;
    if (isEntered(field, value)) {
      yield* leafPaths(field.message, value, `${path}.`, left);
    } else {
      yield path;
    }
  }
}

/** Lists and maps change as a whole, as do values that JSON writes in a way of their own. */
function isEntered(field: DescField, value: JsonValue): field is DescField & { readonly fieldKind: "message" } {
  return (
    field.fieldKind === "message" &&
    !isTextField(field) &&
    !field.message.typeName.startsWith("google.protobuf.") &&
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length > 0
  );
}
