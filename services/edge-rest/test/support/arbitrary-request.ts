import { randomUUID } from "node:crypto";
import type { DescField, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import fc from "fast-check";
import { arbitraryJson, text } from "./arbitrary-json.ts";

/** A segment of a path: never empty, no control characters, not "." or "..", none of which a path can carry. */
const segment = (): fc.Arbitrary<string> =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  text().filter((each) => each !== "" && each !== "." && each !== ".." && !/[\u0000-\u001f\u007f/]/.test(each));

/** What the variables of the path may hold, by the dotted JSON names of their fields. */
function pathValues({ template, path }: Route): fc.Arbitrary<readonly (readonly [readonly DescField[], JsonValue])[]> {
  const values = path.map(({ fields, start, length, multi }) => {
    const leaf = fields.at(-1);
    if (leaf === undefined) throw new Error("a path binding has no field");
    const covered = template.segments.slice(start, length === undefined ? undefined : start + length);
    const texts = covered.map((each) => {
      if (each.kind === "literal") return fc.constant(each.value);
      return each.kind === "one"
        ? segment()
        : fc.array(segment(), { minLength: 1, maxLength: 3 }).map((s) => s.join("/"));
    });
    const typed =
      leaf.scalar === 9 ? (multi ? fc.tuple(...texts).map((s) => s.join("/")) : segment()) : leafValue(leaf);
    return typed.map((value): readonly [readonly DescField[], JsonValue] => [fields, value]);
  });
  return fc.tuple(...values);
}

function leafValue(leaf: DescField): fc.Arbitrary<JsonValue> {
  const holder = { ...leaf.parent, members: [leaf] } as unknown as DescField["parent"];
  return arbitraryJson(holder, true)
    .map((json) => json[leaf.jsonName] ?? "")
    .filter((value) => value !== "");
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Puts a value where the path wants it; nothing else of its oneof may stand beside it. */
export function put(request: JsonObject, fields: readonly DescField[], value: JsonValue): void {
  const [field, ...below] = fields;
  if (field === undefined) return;
  for (const other of field.oneof?.fields ?? []) if (other !== field) delete request[other.jsonName];
  const there = request[field.jsonName];
  const inner = isObject(there) ? there : {};
  request[field.jsonName] = below.length === 0 ? value : inner;
  if (below.length > 0) put(inner, below, value);
}

export interface RandomRequest {
  readonly request: JsonObject;
  readonly values: readonly (readonly [readonly DescField[], JsonValue])[];
}

/** Messages that a client of this route may send, as ProtoJSON. */
export function requestsOf(route: Route): fc.Arbitrary<RandomRequest> {
  const { input, idempotency } = route.method;
  const { body } = route;
  const inBody =
    body.kind === "field"
      ? arbitraryJson({ ...input, members: [body.field] } as typeof input, false)
      : fc.constant<JsonObject>({});
  const rest = { ...input, members: input.members.filter((each) => body.kind !== "field" || each !== body.field) };
  const free = arbitraryJson(rest as typeof input, body.kind !== "whole");
  return fc.tuple(free, inBody, pathValues(route)).map(([query, content, values]) => {
    const request: JsonObject = { ...query, ...content };
    // The edge gives a write without an id one of its own, and a PATCH without a mask the mask of its body.
    if (idempotency !== "NO_SIDE_EFFECTS" && input.fields.some(({ name }) => name === "request_id")) {
      request["requestId"] = randomUUID();
    }
    for (const { message, jsonName } of input.fields) {
      if (message?.typeName === "google.protobuf.FieldMask" && route.verb === "PATCH") request[jsonName] = "a";
    }
    for (const [fields, value] of values) put(request, fields, value);
    return { request, values };
  });
}
