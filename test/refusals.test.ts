import { globSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { contract, methods } from "./contract/requests.ts";

const packages: readonly { readonly name: string; readonly within: readonly string[] }[] = [
  // What the adapter for payments tells the saga, which makes something else of it.
  { name: "reservation", within: ["BANK_UNAVAILABLE"] },
  { name: "payment", within: [] },
  { name: "report", within: [] },
];

const ofPackage = (name: string) => methods.filter(({ service }) => service.startsWith(`staymesh.${name}.v1.`));
const sourceOf = (name: string) =>
  globSync(`services/${name}-svc/src/**/*.ts`)
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");

describe("what a method says that it refuses with", () => {
  for (const { name, within } of packages) {
    it(`has every reason that ${name}-svc gives, and none that it never gives`, () => {
      const source = sourceOf(name);
      const given = [...source.matchAll(/new Refusal\(\s*"([A-Z_]+)"/g)].map(([, reason = ""]) => reason);
      const declared = new Set([...within, ...ofPackage(name).flatMap(({ reasons }) => [...reasons])]);
      expect(given.length).to.be.greaterThan(5);
      expect([...new Set(given)].filter((reason) => !declared.has(reason))).to.deep.equal([]);
      // The kit gives some by itself, at the word of the contract.
      const byKit = new Set(["PROPERTY_NOT_GRANTED", "IDEMPOTENCY_IN_PROGRESS"]);
      const own = new Set(ofPackage(name).flatMap(({ ownReasons }) => ownReasons));
      expect([...own].filter((reason) => !byKit.has(reason) && !source.includes(`"${reason}"`))).to.deep.equal([]);
    });
  }

  it("leaves no reason of the catalogue that nothing gives", () => {
    const given = new Set(methods.flatMap(({ reasons }) => [...reasons]));
    expect([...contract.reasons.keys()].filter((reason) => !given.has(reason))).to.deep.equal([]);
  });
});
