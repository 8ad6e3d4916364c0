import { expect } from "chai";
import type { Change } from "../../src/diff/index.ts";
import { type Case, compareAll, told } from "./cases.ts";
import { enumCases } from "./enum-cases.ts";
import { fieldOptionCases } from "./field-option-cases.ts";
import { methodCases } from "./method-cases.ts";
import { reasonCases } from "./reason-cases.ts";
import { routeCases } from "./route-cases.ts";
import { ruleCases } from "./rule-cases.ts";
import { typeCases } from "./type-cases.ts";

const groups: Readonly<Record<string, readonly Case[]>> = {
  "messages and fields": typeCases,
  enums: enumCases,
  "services and methods": methodCases,
  routes: routeCases,
  rules: ruleCases,
  "what is said about fields": fieldOptionCases,
  reasons: reasonCases,
};
const cases = Object.values(groups).flat();

describe("the diff of two contracts", () => {
  let found: readonly (readonly Change[])[] = [];

  before(async function () {
    this.timeout(120_000);
    found = await compareAll(cases);
  });

  for (const [name, group] of Object.entries(groups)) {
    describe(`of ${name}`, () => {
      for (const one of group) {
        it(one.it, () => {
          const changes = found[cases.indexOf(one)] ?? [];
          expect([...changes.map(told)].sort()).to.deep.equal([...one.changes].sort());
        });
      }
    });
  }
});
