import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import type { Route } from "@staymesh/contract";
import type { EdgeRequest } from "./ports.ts";
import { type FieldProblem, ownProblem, type Reasons } from "./problem.ts";
import { headerProblem, readIdempotencyKey, readIfMatch } from "./request-headers.ts";

/** Maps Idempotency-Key, If-Match and Last-Event-ID to the request fields that mean the same; gives what is wrong with them. */
export type Conditions = (
  message: Message,
  headers: EdgeRequest["headers"],
  reasons: Reasons,
) => readonly FieldProblem[];

const NONE: readonly FieldProblem[] = [];

export function createConditions(route: Route, newRequestId: () => string): Conditions {
  const { input, idempotency, kind } = route.method;
  const writes = idempotency !== "NO_SIDE_EFFECTS";
  const requestId = textField(input, "request_id");
  const etag = etagPath(route);
  const resume = kind === "server_streaming" ? textField(input, "resume_token") : undefined;
  return (message, headers, reasons) => {
    const { "idempotency-key": key, "if-match": ifMatch, "last-event-id": lastEventId } = headers;
    const problems: FieldProblem[] = [];
    if (key !== undefined && writes) {
      if (requestId === undefined) throw notRepeatable(reasons);
      problems.push(...takeKey(message, requestId, key));
    } else if (writes && requestId !== undefined && readText(message, requestId) === "") {
      // A person with curl can begin; whoever wants to repeat safely brings an id.
      Reflect.set(message, requestId.localName, newRequestId());
    }
    if (ifMatch !== undefined && writes) problems.push(...takeIfMatch(input, message, etag, ifMatch, reasons));
    // A browser comes back with the address that it first had, so that the newer header wins.
    if (lastEventId !== undefined && resume !== undefined) Reflect.set(message, resume.localName, lastEventId);
    return problems.length === 0 ? NONE : problems;
  };
}

type TextField = DescField & { readonly fieldKind: "scalar" };

function textField(desc: DescMessage, name: string): TextField | undefined {
  const field = desc.fields.find((candidate) => candidate.name === name);
  return field?.fieldKind === "scalar" && field.scalar === ScalarType.STRING && field.oneof === undefined
    ? field
    : undefined;
}

function readText(message: Message, field: TextField): string {
  const value: unknown = Reflect.get(message, field.localName);
  return typeof value === "string" ? value : "";
}

function takeKey(message: Message, field: TextField, header: string): readonly FieldProblem[] {
  const key = readIdempotencyKey(header);
  if ("problem" in key) return [key.problem];
  const given = readText(message, field);
  if (given !== "" && given.toLowerCase() !== key.value) {
    return [headerProblem("Idempotency-Key", "header.conflict", `differs from ${field.jsonName}`)];
  }
  Reflect.set(message, field.localName, key.value);
  return NONE;
}

function notRepeatable(reasons: Reasons) {
  return ownProblem(
    reasons,
    "NOT_REPEATABLE",
    "This method has no request id, so that Idempotency-Key cannot make it safe to repeat.",
    {
      errors: [headerProblem("Idempotency-Key", "header.unsupported", "is not taken by this method")],
    },
  );
}

/** The request's own etag, or that of the resource in its body. */
function etagPath({ method, body }: Route): readonly DescField[] | undefined {
  const own = textField(method.input, "etag");
  if (own !== undefined) return [own];
  if (body.kind !== "field" || body.field.fieldKind !== "message") return undefined;
  const inner = textField(body.field.message, "etag");
  return inner === undefined ? undefined : [body.field, inner];
}

function takeIfMatch(
  input: DescMessage,
  message: Message,
  path: readonly DescField[] | undefined,
  header: string,
  reasons: Reasons,
): readonly FieldProblem[] {
  const condition = readIfMatch(header);
  if ("problem" in condition) return [condition.problem];
  const { value } = condition;
  if (value.kind === "never")
    throw ownProblem(reasons, "ETAG_MISMATCH", "A weak entity tag never matches in If-Match.");
  if (path === undefined) return [headerProblem("If-Match", "header.unsupported", "is not taken by this method")];
  if (value.kind === "any") return NONE;
  const [top, inner] = path;
  if (top === undefined) return NONE;
  const view = reflect(input, message);
  if (inner === undefined) return setTag(view.message, top, value.tag);
  if (top.fieldKind !== "message") return NONE;
  const holder = view.get(top);
  if (!view.isSet(top)) view.set(top, holder);
  return setTag(holder.message, inner, value.tag);
}

function setTag(holder: Message, field: DescField, tag: string): readonly FieldProblem[] {
  const given: unknown = Reflect.get(holder, field.localName);
  if (given !== undefined && given !== "" && given !== tag) {
    return [headerProblem("If-Match", "header.conflict", `differs from ${field.jsonName}`)];
  }
  Reflect.set(holder, field.localName, tag);
  return NONE;
}
