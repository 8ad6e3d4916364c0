import { decodeSegment, decodeSegments } from "./percent.ts";
import type { PathBinding, Route } from "./routes.ts";

export type Match =
  | { readonly kind: "route"; readonly route: Route; readonly values: readonly string[] }
  /** The path is known, but not with this HTTP method. */
  | { readonly kind: "wrong_method"; readonly allow: readonly string[] }
  | { readonly kind: "malformed" }
  | { readonly kind: "none" };

export interface Router {
  /** `rawPath` is the request's path before any decoding, without its query. */
  readonly match: (httpMethod: string, rawPath: string) => Match;
  /** The HTTP methods of all routes that fit the path. */
  readonly allowed: (rawPath: string) => readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  one: Node | undefined;
  many: Node | undefined;
  /** By custom verb, then by HTTP method. */
  readonly routes: Map<string, Map<string, Route>>;
}

interface Search {
  readonly segments: readonly string[];
  readonly verb: string;
  readonly httpMethod: string;
  readonly allow: Set<string>;
}

const MAX_SEGMENTS = 64;

export const createRouter = (routes: readonly Route[]): Router => {
  const root = newNode();
  const verbs = new Set<string>();
  for (const route of routes) {
    insert(root, route);
    verbs.add(route.template.verb);
  }
  return {
    match: (httpMethod, rawPath) => match(root, verbs, httpMethod, rawPath),
    allowed: (rawPath) => {
      // No route has this method, so that the search passes all of them.
      const found = match(root, verbs, "", rawPath);
      return found.kind === "wrong_method" ? found.allow : [];
    },
  };
};

const newNode = (): Node => ({ literals: new Map(), one: undefined, many: undefined, routes: new Map() });

const insert = (root: Node, route: Route): void => {
  let node = root;
  for (const segment of route.template.segments) {
    node = child(node, segment);
  }
  const byMethod = node.routes.get(route.template.verb) ?? new Map<string, Route>();
  byMethod.set(route.verb, route);
  node.routes.set(route.template.verb, byMethod);
};

const child = (node: Node, segment: Route["template"]["segments"][number]): Node => {
  switch (segment.kind) {
    case "literal": {
      const next = node.literals.get(segment.value) ?? newNode();
      node.literals.set(segment.value, next);
      return next;
    }
    case "one":
      node.one ??= newNode();
      return node.one;
    case "many":
      node.many ??= newNode();
      return node.many;
  }
};

const match = (root: Node, verbs: ReadonlySet<string>, httpMethod: string, rawPath: string): Match => {
  const raw = rawPath === "/" ? [] : rawPath.split("/").slice(1);
  if (!rawPath.startsWith("/") || raw.length > MAX_SEGMENTS || raw.includes("")) {
    return { kind: "none" };
  }
  const segments: string[] = [];
  for (const part of raw) {
    const decoded = decodeSegment(part);
    if (decoded === undefined) {
      return { kind: "malformed" };
    }
    segments.push(decoded);
  }
  const last = raw.at(-1) ?? "";
  const colon = last.lastIndexOf(":");
  const verb = colon < 0 ? "" : (decodeSegment(last.slice(colon + 1)) ?? "");
  // A colon begins a verb only where a route has that verb; elsewhere it is part of the segment.
  if (colon > 0 && verb !== "" && verbs.has(verb)) {
    const stem = last.slice(0, colon);
    const before = [...segments.slice(0, -1), decodeSegment(stem) ?? stem];
    const found = find(root, { segments: before, verb, httpMethod, allow: new Set() });
    if (found !== undefined) {
      return captured(found, [...raw.slice(0, -1), stem]);
    }
  }
  const found = find(root, { segments, verb: "", httpMethod, allow: new Set() });
  return found === undefined ? { kind: "none" } : captured(found, raw);
};

type Found = { readonly route: Route } | { readonly allow: readonly string[] };

const find = (root: Node, search: Search): Found | undefined => {
  const route = descend(root, 0, search);
  if (route !== undefined) {
    return { route };
  }
  return search.allow.size === 0 ? undefined : { allow: [...search.allow].sort() };
};

/** Literals before `*` before `**`, coming back from every branch that has no route for the HTTP method. */
const descend = (node: Node, index: number, search: Search): Route | undefined => {
  const segment = search.segments[index];
  if (segment === undefined) {
    return pick(node, search) ?? (node.many === undefined ? undefined : pick(node.many, search));
  }
  const literal = node.literals.get(segment);
  return (
    (literal === undefined ? undefined : descend(literal, index + 1, search)) ??
    (node.one === undefined ? undefined : descend(node.one, index + 1, search)) ??
    (node.many === undefined ? undefined : pick(node.many, search))
  );
};

const pick = (node: Node, { verb, httpMethod, allow }: Search): Route | undefined => {
  const byMethod = node.routes.get(verb);
  if (byMethod === undefined) {
    return undefined;
  }
  const route =
    byMethod.get(httpMethod) ??
    (httpMethod === "HEAD" ? byMethod.get("GET") : undefined) ??
    anyMethod(byMethod, httpMethod);
  if (route === undefined) {
    for (const method of byMethod.keys()) {
      for (const name of method === "*" ? ANY : method === "GET" ? ["GET", "HEAD"] : [method]) {
        allow.add(name);
      }
    }
  }
  return route;
};

const ANY: readonly string[] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

/** An empty method is the question which ones there are; OPTIONS is answered without asking anybody. */
const anyMethod = (byMethod: ReadonlyMap<string, Route>, httpMethod: string): Route | undefined =>
  httpMethod === "" || httpMethod === "OPTIONS" ? undefined : byMethod.get("*");

const captured = (found: Found, raw: readonly string[]): Match =>
  "allow" in found
    ? { kind: "wrong_method", allow: found.allow }
    : { kind: "route", route: found.route, values: found.route.path.map((binding) => capture(binding, raw)) };

const capture = ({ start, length, multi }: PathBinding, raw: readonly string[]): string => {
  const taken = raw.slice(start, length === undefined ? undefined : start + length);
  return multi ? decodeSegments(taken) : (decodeSegment(taken[0] ?? "") ?? "");
};
