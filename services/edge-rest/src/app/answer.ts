import type { Message } from "@bufbuild/protobuf";
import type { Plan } from "./plan.ts";
import type { CallHeaders, Content, EdgeRequest, EdgeResponse } from "./ports.ts";
import { noneMatch } from "./request-headers.ts";

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
export function unaryAnswer(plan: Plan, bytes: Uint8Array, called: CallHeaders, request: EdgeRequest): EdgeResponse {
  const message = plan.decode(bytes);
  const headers = passedHeaders(called);
  const etag = headers["etag"] ?? etagOf(plan, message);
  if (etag !== undefined) headers["etag"] = etag;
  if (etag !== undefined && isUnchanged(plan, request, etag))
    return { status: 304, headers, content: { kind: "none" } };
  const location = plan.locationOf?.(message);
  if (location !== undefined) headers["location"] = location;
  const next = nextLink(plan, message, request);
  if (next !== undefined) headers["link"] = next;
  const content = contentOf(plan, message, headers);
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

function etagOf({ etagField }: Plan, message: Message): string | undefined {
  const value: unknown = etagField === undefined ? undefined : Reflect.get(message, etagField.localName);
  if (typeof value !== "string" || value === "" || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  return /^(W\/)?".*"$/.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}

function isUnchanged({ route }: Plan, { headers }: EdgeRequest, etag: string): boolean {
  const condition = headers["if-none-match"];
  return condition !== undefined && route.verb === "GET" && !noneMatch(condition, etag);
}

/** Link to the next page: the same query with another token. */
function nextLink({ nextPageField, route }: Plan, message: Message, request: EdgeRequest): string | undefined {
  const token: unknown = nextPageField === undefined ? undefined : Reflect.get(message, nextPageField.localName);
  if (typeof token !== "string" || token === "" || route.verb !== "GET") return undefined;
  const others = request.rawQuery.split("&").filter((part) => part !== "" && !/^page_?token(=|$)/i.test(part));
  const query = [...others, `pageToken=${encodeURIComponent(token)}`].join("&");
  return `<${request.rawPath}?${query}>; rel="next"`;
}

function contentOf({ output }: Plan, message: Message, headers: Record<string, string>): Content {
  switch (output.kind) {
    case "empty":
      return { kind: "none" };
    case "raw": {
      const { contentType, data } = rawParts(
        output.field === undefined ? message : Reflect.get(message, output.field.localName),
      );
      headers["content-type"] = contentType;
      return { kind: "bytes", bytes: data, compressible: isText(contentType) };
    }
    default:
      headers["content-type"] = JSON_TYPE;
      return { kind: "bytes", bytes: Buffer.from(output.write(message)), compressible: true };
  }
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
