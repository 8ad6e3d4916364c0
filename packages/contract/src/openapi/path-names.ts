import type { Contract } from "../facts.ts";
import type { PathBinding, Route } from "../routes.ts";

/** The path of a route with named parameters, such as /v1/properties/{property}/reservations/{reservation}:cancel. */
export interface NamedPath {
  readonly path: string;
  readonly parameters: readonly PathParameter[];
  readonly partOf: PartOf;
}

export interface PathParameter {
  readonly name: string;
  readonly binding: PathBinding | undefined;
  /** Which segment of its binding it is, from 0. */
  readonly offset: number;
}

/** A part of a path with the names of its parameters, such as properties/{property}/reservations/{reservation}. */
export type PartOf = (binding: PathBinding) => string;

export type PathNamer = (route: Route) => NamedPath;

/**
 * Parameters are named by the resource patterns of the contract, so that the routes of one resource share one path, which two
 * differently bound templates would not.
 */
export const pathNamer = (contract: Contract): PathNamer => {
  const patterns = resourcePatterns(contract);
  return ({ template, path }) => {
    const parameters: PathParameter[] = [];
    const parts = template.segments.map((segment, index) => {
      if (segment.kind === "literal") {
        return encodeURIComponent(segment.value);
      }
      const binding = path.find(
        ({ start, length }) => index >= start && (length === undefined || index < start + length),
      );
      const name = unused(nameAt(template, index, binding, patterns), parameters);
      parameters.push({ name, binding, offset: index - (binding?.start ?? index) });
      return `{${name}}`;
    });
    const verb = template.verb === "" ? "" : `:${template.verb}`;
    const partOf: PartOf = ({ start, length }) =>
      parts.slice(start, length === undefined ? undefined : start + length).join("/");
    return { path: `/${parts.join("/")}${verb}`, parameters, partOf };
  };
};

/** Resource patterns by their shape: properties/{property} as properties/*. */
const resourcePatterns = ({ registry, options }: Contract): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, readonly string[]>();
  for (const type of registry) {
    const resource = type.kind === "message" ? options.resource(type) : undefined;
    for (const pattern of resource?.pattern ?? []) {
      found.set(pattern.replaceAll(/\{[^}]*\}/g, "*"), pattern.split("/"));
    }
  }
  return found;
};

const nameAt = (
  { segments }: Route["template"],
  index: number,
  binding: PathBinding | undefined,
  patterns: ReadonlyMap<string, readonly string[]>,
): string => {
  const field = binding?.fields.at(-1)?.jsonName;
  if (binding !== undefined && binding.length === 1 && segments[index - 1]?.kind !== "literal") {
    return field ?? "value";
  }
  if (segments[index]?.kind === "many") {
    return binding?.start === index ? (field ?? "path") : "path";
  }
  const start = binding?.start ?? index;
  const shape = segments
    .slice(start, index + 1)
    .map((segment) => (segment.kind === "literal" ? segment.value : "*"))
    .join("/");
  const named = longestPattern(shape, patterns);
  if (named !== undefined) {
    return named;
  }
  const before = segments[index - 1];
  return binding?.length === 1
    ? (field ?? "value")
    : before?.kind === "literal"
      ? singular(before.value)
      : (field ?? "value");
};

/** A pattern that begins with the shape names its last segment just as one that equals it. */
const longestPattern = (shape: string, patterns: ReadonlyMap<string, readonly string[]>): string | undefined => {
  const depth = shape.split("/").length - 1;
  for (const [known, parts] of patterns) {
    if (known === shape || known.startsWith(`${shape}/`)) {
      return /^\{(\w+)/.exec(parts[depth] ?? "")?.[1];
    }
  }
  return undefined;
};

const singular = (word: string): string =>
  word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.endsWith("s") && word.length > 1 ? word.slice(0, -1) : word;

const unused = (name: string, parameters: readonly PathParameter[]): string => {
  const same = parameters.filter((other) => other.name === name || other.name.startsWith(`${name}_`)).length;
  return same === 0 ? name : `${name}_${same + 1}`;
};
