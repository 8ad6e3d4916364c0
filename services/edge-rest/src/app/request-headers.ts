import type { FieldProblem } from "./problem.ts";

/** A header's value, or what is wrong with it. */
export type HeaderValue<Value> = { readonly value: Value } | { readonly problem: FieldProblem };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `Idempotency-Key`: a UUID, bare or quoted as a structured field has it. */
export function readIdempotencyKey(header: string): HeaderValue<string> {
  const key = header.trim().replace(/^"(.*)"$/, "$1");
  return UUID.test(key)
    ? { value: key.toLowerCase() }
    : { problem: headerProblem("Idempotency-Key", "header.uuid", "must be one UUID, bare or in double quotes") };
}

/** `X-Server-Timeout`: how many seconds the client waits. */
export function readServerTimeout(header: string): HeaderValue<number> {
  const seconds = /^\d{1,9}(\.\d{1,9})?$/.test(header.trim()) ? Number(header) : 0;
  return seconds > 0
    ? { value: Math.ceil(seconds * 1000) }
    : {
        problem: headerProblem(
          "X-Server-Timeout",
          "header.seconds",
          "must be a positive number of seconds, such as 2.5",
        ),
      };
}

export type IfMatch =
  | { readonly kind: "any" }
  | { readonly kind: "never" }
  | { readonly kind: "tag"; readonly tag: string };

/** `If-Match`: one strong entity tag, or `*`. A weak one never matches, as HTTP says. */
export function readIfMatch(header: string): HeaderValue<IfMatch> {
  const text = header.trim();
  if (text === "*") return { value: { kind: "any" } };
  const tags = text.match(/^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/) === null ? undefined : text;
  if (tags === undefined) {
    return { problem: headerProblem("If-Match", "header.etag", "must be one entity tag in double quotes, or *") };
  }
  return { value: tags.startsWith("W/") ? { kind: "never" } : { kind: "tag", tag: tags.slice(1, -1) } };
}

/** `If-None-Match` against the entity tag of an answer, compared weakly. */
export function noneMatch(header: string, etag: string): boolean {
  if (header.trim() === "*") return false;
  const bare = etag.replace(/^W\//, "");
  const tags: readonly string[] = header.match(/"[^"]*"/g) ?? [];
  return !tags.includes(bare);
}

/** A request id of the transport: the client's where it is harmless, so that it can be put into logs as it is. */
export function usableRequestId(header: string | undefined): string | undefined {
  return header !== undefined && /^[A-Za-z0-9._:-]{1,128}$/.test(header) ? header : undefined;
}

export function headerProblem(name: string, reason: string, description: string): FieldProblem {
  return { field: name.toLowerCase(), in: "header", parameter: name, reason, description };
}
