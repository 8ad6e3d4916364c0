import type { DescMessage } from "@bufbuild/protobuf";
import type { Route } from "../routes.ts";
import type { Json } from "./json.ts";

const has = (desc: DescMessage, name: string): boolean => desc.fields.some((field) => field.name === name);

/** The headers of an answer, whatever it says; each operation refers to those that it may send. */
export const answerHeaders = (routes: readonly Route[]): Json => ({
  "X-Request-Id": header("The id of this request, for questions about it.", { type: "string" }),
  "RateLimit-Policy": header(
    'The quota of the key, such as `"default";q=600;w=60` (draft-ietf-httpapi-ratelimit-headers).',
  ),
  RateLimit: header('What is left of the quota and for how many seconds, such as `"default";r=50;t=30`.'),
  "Retry-After": header("After how many seconds the same request may succeed.", { type: "integer", minimum: 0 }),
  Location: header("Where the new resource can be read.", { type: "string", format: "uri-reference" }),
  ETag: header("The version of the resource, for If-Match and If-None-Match."),
  "Idempotency-Replayed": header("`true` where this is the stored answer of an earlier request with the same key."),
  Link: header("The next page, as rel=next (RFC 8288)."),
  ...(routes.some(({ method }) => method.retirement !== undefined)
    ? { Deprecation: header("Since when this operation is to be left, as `@` and Unix seconds (RFC 9745).") }
    : {}),
  ...(routes.some(({ method }) => method.retirement?.sunset !== undefined)
    ? { Sunset: header("From when on this operation may be gone (RFC 8594).") }
    : {}),
  "Content-Disposition": header("Under which name the file is best saved."),
});

const header = (description: string, schema: Json = { type: "string" }): Json => ({ description, schema });

/** References to the headers of a success. */
export const successHeaders = ({ method, verb }: Route): Json =>
  references([
    "X-Request-Id",
    ...quota(method.public),
    ...(method.creates ? ["Location"] : []),
    ...(has(method.output, "etag") ? ["ETag"] : []),
    ...(has(method.input, "request_id") && method.idempotency !== "NO_SIDE_EFFECTS" ? ["Idempotency-Replayed"] : []),
    ...(has(method.output, "next_page_token") && verb === "GET" ? ["Link"] : []),
    ...wayOut(method),
  ]);

/** References to the headers of a file. */
export const fileHeaders = ({ method }: Route): Json =>
  references(["X-Request-Id", ...quota(method.public), "Content-Disposition", "ETag"]);

/** References to the headers of a refusal. */
export const refusalHeaders = (status: number): Json =>
  references([
    "X-Request-Id",
    ...(status === 429 || status === 503 ? ["RateLimit", "RateLimit-Policy", "Retry-After"] : []),
  ]);

const wayOut = ({ retirement }: Route["method"]): readonly string[] =>
  retirement === undefined ? [] : ["Deprecation", ...(retirement.sunset === undefined ? [] : ["Sunset"])];

const quota = (isPublic: boolean): readonly string[] => (isPublic ? [] : ["RateLimit", "RateLimit-Policy"]);

const references = (names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
