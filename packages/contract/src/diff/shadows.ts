import { create, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { templateShape } from "../path-template.ts";
import { createRouter, type Router } from "../router.ts";
import { compileRoutes, type Route } from "../routes.ts";
import { breaks, type Change, change } from "./change.ts";
import type { Sides } from "./sides.ts";
import { commonPath } from "./template-cover.ts";
import { isForeign } from "./use.ts";

/** What open segments are filled with: ids of the usual forms. */
const FILLS: readonly string[] = ["ab", "a1", "3f0c8f4e-8c0e-4c9b-9c3e-0b6a2f8f5f1d", "2027-03-05", "7"];

/** Paths that an old route took and that a new one of another method takes now, since it is more exact. */
export const diffShadows = (sides: Sides, isSame: (old: string, next: string) => boolean): readonly Change[] => {
  const [old, next] = [ownRoutes(sides.old), ownRoutes(sides.next)];
  const [known, still] = [new Set(old.map(key)), new Set(next.map(key))];
  const fresh = next.filter((route) => !known.has(key(route)));
  if (fresh.length === 0) {
    return [];
  }
  const routers = { old: createRouter(old), next: createRouter(next) };
  return fresh.flatMap((newer) =>
    old.flatMap((older) => {
      if (!still.has(key(older))) {
        return [];
      }
      const path = isSame(older.method.fullName, newer.method.fullName) ? undefined : stolenPath(older, newer, routers);
      return path === undefined
        ? []
        : [
            change(
              "route-shadowed",
              `${older.verb} ${older.rule.template}`,
              [older.method.fullName, newer.method.fullName],
              breaks(
                `Its path ${path} is answered by ${newer.method.fullName}, whose ${newer.rule.template} is more exact.`,
              ),
            ),
          ];
    }),
  );
};

const ownRoutes = (contract: Sides["old"]): readonly Route[] => compileRoutes(contract, ({ name }) => !isForeign(name));

const key = ({ verb, template }: Route): string => `${verb} ${templateShape(template)}`;

const stolenPath = (
  older: Route,
  newer: Route,
  routers: { readonly old: Router; readonly next: Router },
): string | undefined => {
  const verb = older.verb === "*" ? newer.verb : older.verb;
  if (verb !== newer.verb && newer.verb !== "*") {
    return undefined;
  }
  const httpMethod = verb === "*" ? "GET" : verb;
  // An id of a form that the old route never took says nothing about the others; where none fits, only the colliding words count.
  const fits = FILLS.filter(
    (fill) =>
      older.template.segments.every(({ kind }) => kind === "literal") ||
      accepts(older, routers.old, httpMethod, samplePath(older, fill)),
  );
  // A colon is in hardly any id, so that a custom verb is not suspected where nothing is known of them.
  if (fits.length === 0 && older.template.verb !== newer.template.verb) {
    return undefined;
  }
  return (fits.length === 0 ? FILLS : fits)
    .map((fill) => commonPath(older.template, newer.template, fill))
    .find((path): path is string => {
      if (path === undefined) {
        return false;
      }
      const match = routers.next.match(httpMethod, path);
      const goesAway = match.kind === "route" && match.route === newer;
      return goesAway && accepts(older, routers.old, httpMethod, path, fits.length === 0);
    });
};

const samplePath = ({ template }: Route, fill: string): string => commonPath(template, template, fill) ?? "/";

/** Whether the old contract sends the path to the route, and the values in it break none of their fields' rules. */
const accepts = (route: Route, router: Router, httpMethod: string, path: string, anyValue = false): boolean => {
  const match = router.match(httpMethod, path);
  if (match.kind !== "route" || match.route !== route) {
    return false;
  }
  if (anyValue) {
    return true;
  }
  const request = create(route.method.input);
  const set = route.path.map(({ fields }, index) => setText(route, request, fields, match.values[index] ?? ""));
  const broken = new Set(route.method.validate(request).map(({ field }) => field));
  return set.every((name) => !broken.has(name));
};

/** Sets a text field at a path of singular messages, and tells its path; a field of another type is taken as it is. */
const setText = (
  { method }: Route,
  request: Message,
  fields: Route["path"][number]["fields"],
  value: string,
): string => {
  let view = reflect(method.input, request);
  for (const [index, field] of fields.entries()) {
    if (index < fields.length - 1 && field.fieldKind === "message") {
      const inner = view.isSet(field) ? view.get(field) : reflect(field.message);
      view.set(field, inner);
      view = inner;
    } else if (field.fieldKind === "scalar" && typeof field.getDefaultValue() !== "bigint") {
      if (view.get(field) === "") {
        view.set(field, value);
      }
    }
  }
  return fields.map(({ name }) => name).join(".");
};
