import type { Source } from "./sources.ts";

/** Where a file of a service stands: its folder below src, or the file's own name at the top. */
export type Layer =
  | "main"
  | "config"
  | "rpc"
  | "app"
  | "domain"
  | "adapters"
  | "connectors"
  | "documents"
  | "generated"
  | "other";

interface Rule {
  /** Layers of the same service that it may import, beside its own. */
  readonly layers: readonly Layer[];
  /** Packages and built-ins that it may import. */
  readonly packages: (specifier: string) => boolean;
  readonly words: string;
}

const drivers = /^(pg|ioredis|bullmq|@prisma\/|@grpc\/)/;
const isBuiltin = (name: string) => name.startsWith("node:");
const isKit = (name: string) => name === "@staymesh/service-kit" || name.startsWith("@staymesh/service-kit/");

const outside: Rule = {
  layers: ["app", "domain"],
  packages: () => true,
  words: "implements ports of app and imports nothing of rpc or main",
};

/** The arrows of the design: main -> rpc -> app -> domain, and adapters that implement the ports of app. */
const rules: Readonly<Partial<Record<Layer, Rule>>> = {
  domain: {
    layers: [],
    packages: (name) => name === "@staymesh/service-kit/refusal",
    words: "domain imports only itself and @staymesh/service-kit/refusal",
  },
  app: {
    layers: ["domain"],
    packages: (name) =>
      isKit(name) || (isBuiltin(name) && !/^node:(fs|net|http|child_process|worker_threads)/.test(name)),
    words: "app imports only itself, domain and the kit: what reaches outside comes in through a port",
  },
  rpc: {
    layers: ["app", "domain"],
    packages: (name) => !drivers.test(name),
    words: "rpc imports only itself, app and domain, and no driver",
  },
  // A connector knows its own settings, so that a new bank is one new folder.
  config: {
    layers: ["domain", "connectors"],
    packages: (name) => isKit(name) || isBuiltin(name),
    words: "config reads settings and nothing else",
  },
  adapters: { ...outside, layers: ["app", "domain", "generated", "connectors", "documents"] },
  connectors: { ...outside, layers: ["app", "domain"] },
  documents: { ...outside, layers: ["app", "domain"] },
};

const folders: readonly string[] = ["rpc", "app", "domain", "adapters", "connectors", "documents"];
const entryPoints = ["main.ts", "worker.ts"];

/** The service that a path belongs to, with the layer, or undefined outside of services. */
export const placeOf = (path: string): { readonly service: string; readonly layer: Layer } | undefined => {
  const [top, service, below, first, ...deeper] = path.split("/");
  if (top !== "services" || service === undefined) return undefined;
  if (below === "generated") return { service, layer: "generated" };
  if (below !== "src" || first === undefined) return { service, layer: "other" };
  if (deeper.length === 0) {
    if (entryPoints.includes(first)) return { service, layer: "main" };
    return { service, layer: first === "config.ts" ? "config" : "other" };
  }
  return { service, layer: isLayer(first) ? first : "other" };
};

const isLayer = (name: string): name is Layer => folders.includes(name);

// The edge has no rules of its own: what it translates by, the contract at run time, is its subject.
const isContract = (name: string) => name === "@staymesh/contract" || name.startsWith("@bufbuild/protobuf");

const ruleOf = (service: string, layer: Layer): Rule | undefined => {
  const rule = rules[layer];
  if (service !== "edge-rest" || layer !== "app" || rule === undefined) return rule;
  return { ...rule, packages: (name) => rule.packages(name) || isContract(name) };
};

/** Everything in which a file of a service breaks the arrows, each with the file and the rule. */
export const brokenArrows = ({ path, imports }: Source): readonly string[] => {
  const place = placeOf(path);
  const rule = place === undefined ? undefined : ruleOf(place.service, place.layer);
  if (place === undefined || rule === undefined) return [];
  return imports.flatMap(({ specifier, target }) => {
    const to = placeOf(target);
    if (to === undefined) {
      const known = !specifier.startsWith(".") && rule.packages(specifier);
      return known ? [] : [`${path} imports ${specifier}: ${rule.words}`];
    }
    const allowed = to.service === place.service && (to.layer === place.layer || rule.layers.includes(to.layer));
    return allowed ? [] : [`${path} imports ${specifier} (${to.service} ${to.layer}): ${rule.words}`];
  });
};

/** Imports that leave a service for another one, by path or by package. */
export const crossings = ({ path, imports }: Source, services: readonly string[]): readonly string[] => {
  const own = placeOf(path)?.service;
  return imports
    .filter(({ target }) => {
      const to = placeOf(target)?.service ?? /^@staymesh\/([^/]+)/.exec(target)?.[1];
      return to !== undefined && to !== own && services.includes(to);
    })
    .map(({ specifier }) => `${path} imports ${specifier}: services share contracts and the kit, never code`);
};
