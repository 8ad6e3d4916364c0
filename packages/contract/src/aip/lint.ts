import type { Contract } from "../facts.ts";
import { commentRules } from "./comments.ts";
import { customMethodRules } from "./custom-methods.ts";
import { fieldRules } from "./fields.ts";
import { listRules } from "./lists.ts";
import { aipModel } from "./model.ts";
import { operationRules } from "./operations.ts";
import { resourceRules } from "./resources.ts";
import { routeRules } from "./routes.ts";
import type { AipRule, Finding } from "./rule.ts";
import { standardMethodRules } from "./standard-methods.ts";
import { valueRules } from "./values.ts";
import { writeRules } from "./writes.ts";

export type { AipRule, Finding } from "./rule.ts";

/** Every rule. What buf lint sees already (packages, folders, file names, unused imports) is left to it. */
export const aipRules: readonly AipRule[] = [
  ...resourceRules,
  ...routeRules,
  ...standardMethodRules,
  ...customMethodRules,
  ...listRules,
  ...writeRules,
  ...fieldRules,
  ...valueRules,
  ...operationRules,
  ...commentRules,
];

/** What the packages that `lints` names do otherwise than Google's API improvement proposals (https://google.aip.dev) have it. */
export const lintAip = (contract: Contract, lints: (packageName: string) => boolean): readonly Finding[] => {
  const model = aipModel(contract, lints);
  return aipRules.flatMap(({ check }) => check(model));
};
