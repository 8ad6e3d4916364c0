import { methods } from "../contract/requests.ts";
import type { TestKey } from "../support/system.ts";
import { newKey } from "./people.ts";

// Scopes that no method names but that rules inside of the services ask for.
const further = ["reservations.agreedPrice", "reservations.payAtProperty", "sandbox.clock"];

/** Every scope that a method names. */
export const scopes: readonly string[] = [...new Set(methods.flatMap((method) => method.scopes))].sort();

const withoutKeys = new Map(scopes.map((scope) => [scope, newKey(`without_${scope.replaceAll(/\W/g, "_")}`)]));

export const keys = {
  /** May do everything, everywhere. */
  all: newKey("all"),
  /** Another partner's, which may do everything to its own. */
  rival: newKey("rival"),
  /** All scopes, but for one property that does not exist. */
  elsewhere: newKey("elsewhere"),
  /** No scope that any method asks for. */
  bare: newKey("bare"),
  /** All scopes of methods, and none of the further ones. */
  plain: newKey("plain"),
  /** May do everything, but not often. */
  slow: newKey("slow"),
  /** All scopes but the given one. */
  without: (scope: string): string => withoutKeys.get(scope) ?? "",
} as const;

const tester = (key: string, may: readonly string[], properties: readonly string[] = ["*"]): TestKey => ({
  ...{ partner: "tester", key, scopes: may, properties },
});

/** The callers of a mesh, beside the sandbox's own. */
export const testKeys: readonly TestKey[] = [
  tester(keys.all, ["*"]),
  tester(keys.elsewhere, ["*"], ["somewhere-else"]),
  tester(keys.bare, ["nothing.atAll"]),
  tester(keys.plain, scopes),
  ...scopes.map((scope) =>
    tester(
      keys.without(scope),
      [...scopes, ...further].filter((other) => other !== scope),
    ),
  ),
  { ...tester(keys.slow, ["*"]), quotaPerMinute: 20 },
  { partner: "rival", key: keys.rival, scopes: ["*"], properties: ["*"] },
];
