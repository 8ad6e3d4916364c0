import type { Cluster } from "./cluster.ts";
import type { Pod } from "./state.ts";

/** Where the pods of each workload are, in counts. */
export interface Summary {
  readonly podsPerPool: Counts;
  readonly podsPerZone: Counts;
  /** The same without the zones' names, the largest first. */
  readonly zoneCounts: Readonly<Record<string, readonly number[]>>;
  readonly pending: Readonly<Record<string, number>>;
  readonly preempted: Readonly<Record<string, number>>;
}

export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const POOL_LABEL = "staymesh.io/pool";
export const ZONE_LABEL = "topology.kubernetes.io/zone";

/** Counts a cluster's pods by pool and zone. */
export function summarise(cluster: Cluster): Summary {
  const pods = [...cluster.pods.values()];
  const byZone = countBy(pods, ZONE_LABEL);
  const pending: Record<string, number> = {};
  for (const { workload, node } of pods) if (node === undefined) pending[workload] = (pending[workload] ?? 0) + 1;
  return {
    podsPerPool: countBy(pods, POOL_LABEL),
    podsPerZone: byZone,
    zoneCounts: Object.fromEntries(
      Object.entries(byZone).map(([workload, zones]) => [
        workload,
        Object.values(zones).sort((one, other) => other - one),
      ]),
    ),
    pending,
    preempted: Object.fromEntries(cluster.preempted),
  };
}

function countBy(pods: readonly Pod[], label: string): Counts {
  const counts: Record<string, Record<string, number>> = {};
  for (const { workload, node } of pods) {
    if (node === undefined) continue;
    const place = node.labels[label] ?? "none";
    const row = counts[workload] ?? {};
    row[place] = (row[place] ?? 0) + 1;
    counts[workload] = row;
  }
  return counts;
}
