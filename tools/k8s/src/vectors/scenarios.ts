import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { ClusterInput } from "../scheduler/cluster.ts";
import type { Step } from "../scheduler/steps.ts";

/** What a real kube-scheduler did with a scenario: after each step, by kind of figure and workload, where all runs agreed. */
export interface Scenario {
  readonly id: string;
  readonly level: number;
  readonly family: string;
  readonly about: string;
  readonly input: ClusterInput & { readonly steps: readonly Step[] };
  readonly output: { readonly afterStep: readonly Readonly<Record<Figure, Readonly<Record<string, Recorded>>>>[] };
}

export const FIGURES = ["pending", "preempted", "podsPerPool", "zoneCounts", "podsPerZone"] as const;
export type Figure = (typeof FIGURES)[number];

export type Recorded =
  | { readonly stable: true; readonly value: unknown }
  | { readonly stable: false; readonly values: readonly unknown[] };

/** The recorded scenarios, of a size that is worth packing. */
export function scenarios(): readonly Scenario[] {
  const packed = readFileSync(new URL("./scheduler-vectors.json.gz", import.meta.url));
  return JSON.parse(gunzipSync(packed).toString("utf8")).scenarios;
}
