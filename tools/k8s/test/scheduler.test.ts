import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { Cluster } from "../src/scheduler/cluster.ts";
import { play } from "../src/scheduler/steps.ts";
import { type Summary, summarise } from "../src/scheduler/summary.ts";
import { FIGURES, type Figure, scenarios } from "./scheduler-vectors.ts";

describe("the scheduling simulation", () => {
  const score = new Map<string, { level: number; right: number; of: number }>();

  for (const { id, level, family, about, input, output } of scenarios()) {
    it(`places as a real kube-scheduler did: ${id}, ${about}`, () => {
      const cluster = new Cluster(input);
      const differences: string[] = [];
      input.steps.forEach((step, index) => {
        play(cluster, step);
        const summary = summarise(cluster);
        for (const figure of FIGURES) {
          for (const [workload, recorded] of Object.entries(output.afterStep[index]?.[figure] ?? {})) {
            if (!recorded.stable) continue;
            const tally = score.get(family) ?? { level, right: 0, of: 0 };
            const found = figureOf(summary, figure, workload);
            const same = isDeepStrictEqual(found, recorded.value);
            score.set(family, { level, right: tally.right + (same ? 1 : 0), of: tally.of + 1 });
            if (!same)
              differences.push(
                `step ${index} ${figure} of ${workload}: ${show(found)}, recorded ${show(recorded.value)}`,
              );
          }
        }
      });
      expect(differences).to.deep.equal([]);
    });
  }

  after("says how often it agreed", () => {
    for (const [family, { level, right, of }] of score) {
      console.log(`      level ${level}  ${family.padEnd(20)} ${right} of ${of} stable values`);
    }
  });
});

function figureOf(summary: Summary, figure: Figure, workload: string): unknown {
  const found = summary[figure][workload];
  if (found !== undefined) return found;
  return figure === "pending" || figure === "preempted" ? 0 : figure === "zoneCounts" ? [] : {};
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
