import { createHash } from "node:crypto";
import type { EdgeRequest, EdgeResponse } from "./ports.ts";
import { noneMatch } from "./request-headers.ts";

/** The edge's own pages; undefined for every other path. */
export type Pages = (request: EdgeRequest) => Promise<EdgeResponse | undefined>;

export interface PageParts {
  readonly title: string;
  /** Made when it is first asked for. */
  readonly openApi: () => object;
  readonly docs: () => Promise<DocsFiles>;
  /** Whether each upstream can be reached, by address. */
  readonly reachable: () => Promise<ReadonlyMap<string, boolean>>;
  readonly isDraining: () => boolean;
}

/** The documentation page, all of it served from here. */
export interface DocsFiles {
  readonly html: string;
  readonly starter: string;
  readonly viewer: Buffer;
}

/** Nothing may be fetched from, or sent to, another origin. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function createPages(parts: PageParts): Pages {
  const openApi = once(() =>
    Promise.resolve(file("application/json", Buffer.from(JSON.stringify(parts.openApi())), true)),
  );
  const docs = once(parts.docs);
  const pages = new Map<string, (request: EdgeRequest) => Promise<EdgeResponse>>([
    ["/", async () => json(200, root(parts.title))],
    ["/healthz", async () => json(200, { status: "ok" })],
    ["/readyz", () => readiness(parts)],
    ["/openapi.json", async (request) => conditional(await openApi(), request)],
    [
      "/docs",
      async (request) => {
        const page = file("text/html; charset=utf-8", Buffer.from((await docs()).html), true);
        const headers = { ...page.headers, "content-security-policy": DOCS_POLICY, "referrer-policy": "no-referrer" };
        return conditional({ ...page, headers }, request);
      },
    ],
    ["/docs/start.js", async (request) => conditional(script(Buffer.from((await docs()).starter)), request)],
    ["/docs/viewer.js", askedOnce(async () => script((await docs()).viewer))],
  ]);
  return async (request) => {
    const page = pages.get(request.rawPath);
    if (page === undefined) return undefined;
    if (request.method === "OPTIONS") {
      return { status: 204, headers: { allow: "GET, HEAD, OPTIONS" }, content: { kind: "none" } };
    }
    return request.method === "GET" || request.method === "HEAD" ? page(request) : undefined;
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function askedOnce(make: () => Promise<EdgeResponse>): (request: EdgeRequest) => Promise<EdgeResponse> {
  const made = once(make);
  return async (request) => conditional(await made(), request);
}

function root(title: string): object {
  return { title, documentation: "/docs", openapi: "/openapi.json", health: "/healthz", ready: "/readyz" };
}

async function readiness({ reachable, isDraining }: PageParts): Promise<EdgeResponse> {
  const upstreams = await reachable();
  const ready = !isDraining() && [...upstreams.values()].every(Boolean);
  const states = Object.fromEntries([...upstreams].map(([name, up]) => [name, up ? "reachable" : "unreachable"]));
  return json(ready ? 200 : 503, { status: ready ? "ready" : "not ready", upstreams: states });
}

function json(status: number, body: object): EdgeResponse {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status, headers, content: { kind: "bytes", bytes: Buffer.from(JSON.stringify(body)), compressible: true } };
}

function file(type: string, bytes: Buffer, compressible: boolean): EdgeResponse {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
  const headers = {
    "content-type": type,
    "cache-control": "no-cache",
    etag,
    "x-content-type-options": "nosniff",
  };
  return { status: 200, headers, content: { kind: "bytes", bytes, compressible } };
}

function script(bytes: Buffer): EdgeResponse {
  return file("text/javascript; charset=utf-8", bytes, true);
}

function conditional(response: EdgeResponse, { headers }: EdgeRequest): EdgeResponse {
  const condition = headers["if-none-match"];
  const etag = response.headers["etag"];
  if (condition === undefined || etag === undefined || noneMatch(condition, etag)) return response;
  return { status: 304, headers: response.headers, content: { kind: "none" } };
}
