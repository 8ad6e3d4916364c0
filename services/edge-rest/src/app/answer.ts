import type { Plan } from "./plan.ts";
import type { CallHeaders, Content, EdgeRequest, EdgeResponse } from "./ports.ts";
import { noneMatch } from "./request-headers.ts";
import { readText } from "./wire.ts";

/** Headers of the service that a client may see. */
const PASSED = [
  "cache-control",
  "content-disposition",
  "content-language",
  "deprecation",
  "etag",
  "last-modified",
  "link",
  "ratelimit",
  "ratelimit-policy",
  "retry-after",
  "sunset",
] as const;

export const JSON_TYPE = "application/json";

/** The HTTP answer to one message of a service. */
export function unaryAnswer(plan: Plan, message: Buffer, called: CallHeaders, request: EdgeRequest): EdgeResponse {
  // Written first, since bytes that are no message are found out by it.
  const written = contentOf(plan, message);
  const headers = passedHeaders(called);
  const etag = headers["etag"] ?? etagOf(plan, message);
  if (etag !== undefined) headers["etag"] = etag;
  if (etag !== undefined && isUnchanged(plan, request, etag))
    return { status: 304, headers, content: { kind: "none" } };
  const location = plan.locationOf?.(message);
  if (location !== undefined) headers["location"] = location;
  const next = nextLink(plan, message, request);
  if (next !== undefined) headers["link"] = next;
  const { content, contentType } = written;
  if (contentType !== undefined) headers["content-type"] = contentType;
  const status = statusOf(called) ?? (plan.route.method.creates ? 201 : content.kind === "none" ? 204 : 200);
  return { status, headers, content };
}

/** What of a service's headers goes on, with the marks that the edge translates. */
export function passedHeaders(called: CallHeaders): Record<string, string> {
  const headers: Record<string, string> = { "cache-control": "no-store" };
  for (const name of PASSED) {
    const value = called[name];
    if (value !== undefined) headers[name] = value;
  }
  return { ...headers, ...replayedMark(called) };
}

/** What tells that an answer or a refusal is a stored one. */
export function replayedMark(called: CallHeaders): Readonly<Record<string, string>> {
  return called["idempotent-replayed"] === "true" ? { "idempotency-replayed": "true" } : {};
}

function statusOf(called: CallHeaders): number | undefined {
  const status = Number(called["x-http-status"]);
  return status >= 200 && status < 300 ? status : undefined;
}

function etagOf({ etagField }: Plan, message: Buffer): string | undefined {
  const value = etagField === undefined ? "" : readText(message, etagField.number);
  if (value === "" || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  return /^(W\/)?".*"$/.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}

function isUnchanged({ route }: Plan, { headers }: EdgeRequest, etag: string): boolean {
  const condition = headers["if-none-match"];
  return condition !== undefined && route.verb === "GET" && !noneMatch(condition, etag);
}

/** Link to the next page: the same query with another token. */
function nextLink({ nextPageField, route }: Plan, message: Buffer, request: EdgeRequest): string | undefined {
  if (nextPageField === undefined || route.verb !== "GET") return undefined;
  const token = readText(message, nextPageField.number);
  if (token === "") return undefined;
  const others = request.rawQuery.split("&").filter((part) => part !== "" && !/^page_?token(=|$)/i.test(part));
  const query = [...others, `pageToken=${encodeURIComponent(token)}`].join("&");
  return `<${request.rawPath}?${query}>; rel="next"`;
}

interface Written {
  readonly content: Content;
  readonly contentType: string | undefined;
}

function contentOf({ output, decode }: Plan, message: Buffer): Written {
  switch (output.kind) {
    case "empty":
      decode(message);
      return { content: { kind: "none" }, contentType: undefined };
    case "raw": {
      const body: unknown =
        output.field === undefined ? decode(message) : Reflect.get(decode(message), output.field.localName);
      const { contentType, data } = rawParts(body);
      return { content: { kind: "bytes", bytes: data, compressible: isText(contentType) }, contentType };
    }
    case "field":
      return json(Buffer.from(output.write(decode(message))));
    case "json":
      return json(output.translate(message) ?? Buffer.from(output.write(decode(message))));
  }
}

function json(bytes: Buffer): Written {
  return { content: { kind: "bytes", bytes, compressible: true }, contentType: JSON_TYPE };
}

export interface RawParts {
  readonly contentType: string;
  readonly data: Buffer;
}

/** The parts of a google.api.HttpBody; what is absent is empty. */
export function rawParts(body: unknown): RawParts {
  const type: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "contentType") : undefined;
  const data: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "data") : undefined;
  const sound = typeof type === "string" && /^[\x21-\x7e][\x20-\x7e]*$/.test(type);
  return {
    contentType: sound ? type : "application/octet-stream",
    data: data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0),
  };
}

function isText(contentType: string): boolean {
  return /^(text\/|application\/(json|xml|.*\+(json|xml)))/.test(contentType);
}
