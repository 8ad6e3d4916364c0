import { type DescField, ScalarType } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import { readText } from "./wire.ts";

/** Where a new resource can be read: the path of the contract's own GET route for its type. */
export type LocationOf = (message: Buffer) => string | undefined;

export function locationOf(route: Route, routes: readonly Route[]): LocationOf | undefined {
  const { creates, output } = route.method;
  const name = output.fields.find((field) => field.name === "name");
  if (!creates || name?.fieldKind !== "scalar" || name.scalar !== ScalarType.STRING) return undefined;
  const prefix = literalPrefix(routes.find((candidate) => readsByName(candidate, route)) ?? route);
  return (message) => {
    const value = readText(message, name.number);
    if (value === "") return undefined;
    return `${prefix}${value.split("/").map(encodeURIComponent).join("/")}`;
  };
}

function readsByName({ verb, method, path }: Route, created: Route): boolean {
  const [binding, ...others] = path;
  const bindsName = others.length === 0 && binding?.fields.length === 1 && isName(binding.fields[0]);
  return verb === "GET" && method.output === created.method.output && bindsName;
}

function isName(field: DescField | undefined): boolean {
  return field?.name === "name";
}

/** The literal segments in front of the first variable; without one, the version in front of everything. */
function literalPrefix({ template, path }: Route): string {
  const end = path[0]?.start ?? 1;
  const literals = template.segments.slice(0, end).map((segment) => (segment.kind === "literal" ? segment.value : ""));
  return `/${literals.map((literal) => `${encodeURIComponent(literal)}/`).join("")}`;
}
