import { showCpu, showMemory } from "../pools/pools.ts";
import type { Cluster } from "../scheduler/cluster.ts";
import type { Reason } from "../scheduler/filter.ts";
import type { Pod } from "../scheduler/state.ts";
import type { Scene } from "./scene.ts";

/** Says why a pod finds no node, and what would help, from what keeps it away from the nodes that it asks for. */
export function whyItWaits({ pools }: Scene, cluster: Cluster, pod: Pod): string {
  const reasons = [...cluster.reasons(pod).values()].map((misfits) => misfits.map(({ reason }) => reason));
  const has = (...wanted: readonly Reason[]) => reasons.some((one) => wanted.some((reason) => one.includes(reason)));
  const pool = pod.spec.nodeSelector?.[pools.label];
  const where = pool === undefined ? "the cluster" : `the pool ${pool}`;
  if (pool !== undefined && !pools.pools.has(pool)) {
    return `there is no pool ${pool} in k8s/pools.yaml; the pools are ${[...pools.pools.keys()].join(", ")}`;
  }
  if (has("cpu", "memory", "pods")) {
    const { milliCpu, memoryBytes } = pod.requests;
    return `no node of ${where} has ${showCpu(milliCpu)} cpu and ${showMemory(memoryBytes)} of memory left; let it have more nodes, or ask for less in k8s/pools.yaml`;
  }
  if (has("spread", "spread label")) {
    return `its spread over zones leaves it no place in ${where}; let the pool have nodes in more zones, or take whenUnsatisfiable ScheduleAnyway`;
  }
  if (has("taint"))
    return `it tolerates the taint of none of the nodes that it may use; run npm run k8s:render, or add the toleration`;
  if (has("unschedulable")) return `there is no other node in ${where}; let it have more nodes in k8s/pools.yaml`;
  return `its node selector and affinity fit no node; take a pool of k8s/pools.yaml`;
}
