import { expect } from "chai";
import { callNames } from "../../bench/edge/calls.ts";
import { type Comparison, compare } from "../../bench/edge/compare.ts";
import { figures, type Measured, ratio } from "../../bench/edge/figures.ts";
import { gatewayNames, isNestInstalled } from "../../bench/edge/gateways.ts";

describe("the comparison of the edge with other gateways", function () {
  this.timeout(120_000);
  // NestJS is installed by the benchmark alone, never by a test.
  const gateways = gatewayNames.filter((name) => name !== "NestJS" || isNestInstalled());
  let comparison: Comparison;

  before(async () => {
    comparison = await compare({ gateways, rounds: 1, requests: 100, tell: () => {} });
  });

  it("has all gateways answer the same request with the same JSON", () => {
    for (const call of callNames) {
      const [first, ...others] = comparison.answers[call];
      expect(first?.status, call).to.equal(call === "GET" ? 200 : 201);
      expect(others).to.have.length(gateways.length - 1);
      for (const { gateway, status, json } of others) {
        expect({ status, json }, `${call} ${gateway}`).to.deep.equal({ status: first?.status, json: first?.json });
      }
    }
  });

  it("comes out with the CPU and the latency of each call at each gateway", () => {
    const seen = comparison.measured.map(({ call, gateway }) => `${call} ${gateway}`);
    expect(seen).to.have.members(callNames.flatMap((call) => gateways.map((gateway) => `${call} ${gateway}`)));
    for (const { cpuMicros, p50Ms, p99Ms } of comparison.measured) {
      expect(cpuMicros).to.be.above(0);
      expect(p50Ms).to.be.above(0);
      expect(p99Ms).to.be.at.least(p50Ms);
    }
    expect(figures(comparison.measured).split("\n")).to.have.length(2 + callNames.length * gateways.length);
  });

  it("compares gateways within each round, so that a slow moment of the machine weighs on both", () => {
    const one = { call: "GET", p50Ms: 1, p99Ms: 1 } as const;
    const measured: readonly Measured[] = [
      { ...one, gateway: "by hand", round: 1, cpuMicros: 100 },
      { ...one, gateway: "edge", round: 1, cpuMicros: 110 },
      { ...one, gateway: "by hand", round: 2, cpuMicros: 300 },
      { ...one, gateway: "edge", round: 2, cpuMicros: 330 },
      { ...one, gateway: "by hand", round: 3, cpuMicros: 110 },
      { ...one, gateway: "edge", round: 3, cpuMicros: 143 },
    ];
    expect(ratio(measured, "GET", "by hand", "edge")).to.be.closeTo(1.1, 1e-9);
  });
});
