import { expect } from "chai";
import { agreement, agreementTable } from "../src/vectors/agreement.ts";
import { scenarios } from "../src/vectors/scenarios.ts";

describe("the scheduling simulation", () => {
  for (const scenario of scenarios()) {
    it(`places as a real kube-scheduler did: ${scenario.id}, ${scenario.about}`, () => {
      const { differences, of } = agreement(scenario);
      expect(differences).to.deep.equal([]);
      expect(of).to.be.greaterThan(0);
    });
  }

  after("says how often it agreed", () => {
    for (const line of agreementTable()) console.log(`      ${line}`);
  });
});
