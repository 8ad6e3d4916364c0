import { expect } from "chai";
import { createRetryBudget, RETRY, retryWaitMs, serviceConfig } from "../src/index.ts";
import { fixtureContract } from "./fixture.ts";

describe("the service config of a contract", () => {
  it("has each method's timeout, and attempts only where the contract allows them", async () => {
    const contract = await fixtureContract();
    const { methodConfig } = serviceConfig(contract);
    expect(methodConfig.length).to.be.greaterThan(3);
    for (const { name, timeout, retryPolicy } of methodConfig) {
      expect(name).to.have.length(1);
      const method = contract.method(`${name[0]?.service}/${name[0]?.method}`);
      expect(timeout).to.equal(`${method.timeoutMs / 1000}s`);
      const may = method.kind === "unary" && method.idempotency !== "UNKNOWN";
      expect(retryPolicy !== undefined, method.fullName).to.equal(may);
    }
    expect(new Set(methodConfig.map(({ retryPolicy }) => retryPolicy?.maxAttempts))).to.deep.equal(
      new Set([5, undefined]),
    );
  });

  it("waits longer after every failure, up to a bound, and leaves half of it to chance", () => {
    expect([1, 2, 3, 4, 5].map((failures) => retryWaitMs(RETRY, failures, 1))).to.deep.equal([
      ...[100, 300, 900, 1000, undefined],
    ]);
    expect(retryWaitMs(RETRY, 1, 0)).to.equal(50);
  });

  it("stops sending again once half of the tokens are lost, until enough calls have succeeded", () => {
    const budget = createRetryBudget({ maxTokens: 4, tokenRatio: 0.5 });
    expect([budget.take(), budget.take(), budget.take()]).to.deep.equal([true, false, false]);
    budget.success();
    budget.success();
    budget.success();
    expect(budget.take()).to.equal(false);
    for (let calls = 0; calls < 100; calls += 1) budget.success();
    expect([budget.take(), budget.take()]).to.deep.equal([true, false]);
  });
});
