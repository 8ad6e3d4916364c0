import { isDeepStrictEqual } from "node:util";
import { Cluster } from "../scheduler/cluster.ts";
import { play } from "../scheduler/steps.ts";
import { type Summary, summarise } from "../scheduler/summary.ts";
import { FIGURES, type Figure, type Scenario, scenarios } from "./scenarios.ts";

/** How far the simulation agreed with what was recorded in a scenario. */
export interface Agreement {
  readonly right: number;
  /** The recorded values in which all runs of the real scheduler agreed; where they did not, nobody can be right. */
  readonly of: number;
  readonly differences: readonly string[];
}

/** Plays a scenario and compares every stable value after every step. */
export function agreement({ input, output }: Scenario): Agreement {
  const cluster = new Cluster(input);
  const differences: string[] = [];
  let of = 0;
  input.steps.forEach((step, index) => {
    play(cluster, step);
    const summary = summarise(cluster);
    for (const figure of FIGURES) {
      for (const [workload, recorded] of Object.entries(output.afterStep[index]?.[figure] ?? {})) {
        if (!recorded.stable) continue;
        of += 1;
        const found = figureOf(summary, figure, workload);
        if (isDeepStrictEqual(found, recorded.value)) continue;
        differences.push(`step ${index} ${figure} of ${workload}: ${show(found)}, recorded ${show(recorded.value)}`);
      }
    }
  });
  return { right: of - differences.length, of, differences };
}

/** A line for each level and family of scenarios, and one below it for each difference. */
export function agreementTable(): readonly string[] {
  const families = Map.groupBy(scenarios(), ({ level, family }) => `level ${level}  ${family.padEnd(20)}`);
  return [...families].flatMap(([title, members]) => {
    const found = members.map((scenario) => ({ id: scenario.id, ...agreement(scenario) }));
    const sum = (figure: "right" | "of") => found.reduce((total, one) => total + one[figure], 0);
    const differences = found.flatMap(({ id, differences }) => differences.map((words) => `    ${id}: ${words}`));
    return [`${title} ${sum("right")} of ${sum("of")} stable values`, ...differences];
  });
}

function figureOf(summary: Summary, figure: Figure, workload: string): unknown {
  const found = summary[figure][workload];
  if (found !== undefined) return found;
  return figure === "pending" || figure === "preempted" ? 0 : figure === "zoneCounts" ? [] : {};
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
