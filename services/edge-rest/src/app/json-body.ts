import { isUtf8 } from "node:buffer";
import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import { checkJson, fieldCheck, messageCheck } from "./check-json.ts";
import { duplicateKey } from "./duplicate-keys.ts";
import type { JsonCheck } from "./json-problem.ts";
import type { FieldProblem } from "./problem.ts";

export type ReadBody =
  | { readonly kind: "message"; readonly message: Message; readonly json: JsonValue | undefined }
  | { readonly kind: "problems"; readonly errors: readonly FieldProblem[] };

/** Turns a JSON body into the request message, or tells everything that is wrong with it. */
export type JsonBodyReader = (body: Buffer) => ReadBody;

export function jsonBodyReader(route: Route, registry: Registry): JsonBodyReader {
  const { input } = route.method;
  const field = route.body.kind === "field" ? route.body.field : undefined;
  const check = field === undefined ? messageCheck(input, registry) : fieldCheck(field, registry);
  const prefix = field?.name ?? "";
  return (body) => {
    // No body at all is the empty object, or the field left out.
    if (body.length === 0) return { kind: "message", message: create(input), json: undefined };
    const parsed = parseJson(body);
    if ("problem" in parsed) return { kind: "problems", errors: [parsed.problem] };
    const { json } = parsed;
    // A field that is null is left out; a whole message cannot be.
    const errors = json === null && field !== undefined ? [] : problemsOf(check, json, prefix);
    if (errors.length > 0) return { kind: "problems", errors };
    const whole = field === undefined ? json : inField(field, json);
    try {
      return { kind: "message", message: fromJson(input, whole, { registry }), json };
    } catch (problem) {
      const description = problem instanceof Error ? problem.message.slice(0, 300) : "does not fit";
      return { kind: "problems", errors: [inBody(prefix, "", "json.value", description)] };
    }
  };
}

/** What is wrong with a JSON message that another parser reads, which would bend or drop some of it silently. */
export function jsonMessageProblems(desc: DescMessage, registry: Registry, body: Buffer): readonly FieldProblem[] {
  if (body.length === 0) return [];
  const parsed = parseJson(body);
  return "problem" in parsed ? [parsed.problem] : problemsOf(messageCheck(desc, registry), parsed.json, "");
}

function inField(field: DescField, json: JsonValue): JsonObject {
  return { [field.jsonName]: json };
}

function problemsOf(check: JsonCheck, json: JsonValue, prefix: string): readonly FieldProblem[] {
  return checkJson(check, json).map(({ field, pointer, rule, description }) => {
    const dot = prefix === "" || field === "" || field.startsWith("[") ? "" : ".";
    return inBody(`${prefix}${dot}${field}`, pointer, rule, description);
  });
}

type Parsed = { readonly json: JsonValue } | { readonly problem: FieldProblem };

function parseJson(body: Buffer): Parsed {
  if (!isUtf8(body)) return { problem: inBody("", "", "json.utf8", "the body is not UTF-8") };
  const text = body.toString("utf8");
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: inBody("", "", "json.syntax", `the body is no JSON${placeOf(error)}`) };
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) return { problem: inBody("", twice, "json.duplicate_key", "stands twice in its object") };
  return { json };
}

/** Only the position is told: the engine's message quotes the body, which may hold a guest's data. */
function placeOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? "" : `: it cannot be read on from character ${Number(position) + 1}`;
}

function inBody(field: string, pointer: string, reason: string, description: string): FieldProblem {
  return { field, in: "body", pointer, reason, description };
}
