import type { MethodFacts } from "../facts.ts";
import { breaks, type Change, change, holds, when } from "./change.ts";

/** Who may call. */
export const diffAccess = (old: MethodFacts, next: MethodFacts): readonly Change[] => [
  ...next.scopes
    .filter((scope) => !old.scopes.includes(scope))
    .map((scope) =>
      change(
        "scope-added",
        old.fullName,
        [undefined, scope],
        breaks("Callers whose keys lack the scope lose the method."),
      ),
    ),
  ...old.scopes
    .filter((scope) => !next.scopes.includes(scope))
    .map((scope) =>
      change("scope-removed", old.fullName, [scope, undefined], holds("More keys may call it: is that meant?")),
    ),
  ...when(
    old.public !== next.public,
    next.public
      ? change(
          "public-on",
          old.fullName,
          [undefined, undefined],
          holds("Anybody may call it without a key: is that meant?"),
        )
      : change("public-off", old.fullName, [undefined, undefined], breaks("Callers without a key are refused.")),
  ),
  ...when(old.propertyField !== next.propertyField, guardChange(old, next)),
];

const guardChange = (old: MethodFacts, next: MethodFacts): Change => {
  const told = [old.propertyField, next.propertyField] as const;
  if (old.propertyField === undefined) {
    return change(
      "property-guard-added",
      old.fullName,
      told,
      breaks("Callers without a grant for the property are refused."),
    );
  }
  return next.propertyField === undefined
    ? change(
        "property-guard-removed",
        old.fullName,
        told,
        holds("No grant is looked for before the service is asked: does it look by itself?"),
      )
    : change(
        "property-guard-changed",
        old.fullName,
        told,
        breaks("Another field says which grant is needed, which callers may lack."),
      );
};
