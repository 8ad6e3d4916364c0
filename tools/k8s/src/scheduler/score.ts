import { countsFor, fits, shares, spreadOf } from "./filter.ts";
import type { WeightedPodAffinityTerm } from "./objects.ts";
import { fitsTerm, tolerates, wantsNode } from "./selector.ts";
import { add, type Node, type Pod, usedOf } from "./state.ts";

const BEST = 100;
const HOSTNAME = "kubernetes.io/hostname";

/** How well each feasible node suits a pod; the default profile of kube-scheduler with the weights of its release 1.20. */
export function scores(pod: Pod, feasible: readonly Node[], nodes: readonly Node[]): readonly number[] {
  const parts: readonly (readonly [weight: number, score: readonly number[]])[] = [
    [1, feasible.map((node) => leastAllocated(pod, node))],
    [1, feasible.map((node) => balancedAllocation(pod, node))],
    [1, neighbourhood(pod, feasible, nodes)],
    [1, preferredNodes(pod, feasible)],
    [1, preferredTaints(pod, feasible)],
    [2, evenSpread(pod, feasible, nodes)],
  ];
  return feasible.map((_, index) => parts.reduce((sum, [weight, part]) => sum + weight * (part[index] ?? 0), 0));
}

function leastAllocated(pod: Pod, node: Node): number {
  const used = add(usedOf(node.pods, "scored"), pod.scored);
  const free = (capacity: bigint, taken: bigint) =>
    capacity === 0n || taken > capacity ? 0n : ((capacity - taken) * BigInt(BEST)) / capacity;
  const { milliCpu, memoryBytes } = node.allocatable;
  return Number((free(milliCpu, used.milliCpu) + free(memoryBytes, used.memoryBytes)) / 2n);
}

function balancedAllocation(pod: Pod, node: Node): number {
  const used = add(usedOf(node.pods, "scored"), pod.scored);
  const cpu = Number(used.milliCpu) / Number(node.allocatable.milliCpu);
  const memory = Number(used.memoryBytes) / Number(node.allocatable.memoryBytes);
  return cpu >= 1 || memory >= 1 ? 0 : Math.trunc((1 - Math.abs(cpu - memory)) * BEST);
}

/** Preferred pod affinity both ways: what the pod prefers of those that are there, and what they prefer (or require) of it. */
function neighbourhood(pod: Pod, feasible: readonly Node[], nodes: readonly Node[]): readonly number[] {
  const own = preferences(pod);
  const raw = feasible.map((node) => {
    let score = 0;
    for (const other of nodes) {
      for (const neighbour of other.pods) {
        for (const { weight, podAffinityTerm } of own) {
          if (fits(podAffinityTerm, neighbour) && shares(node, other, podAffinityTerm.topologyKey)) score += weight;
        }
        for (const { weight, podAffinityTerm } of [...preferences(neighbour), ...requirements(neighbour)]) {
          if (fits(podAffinityTerm, pod) && shares(node, other, podAffinityTerm.topologyKey)) score += weight;
        }
      }
    }
    return score;
  });
  const least = Math.min(...raw);
  const range = Math.max(...raw) - least;
  return raw.map((score) => (range > 0 ? Math.trunc((BEST * (score - least)) / range) : 0));
}

function preferences({ spec: { affinity } }: Pod): readonly WeightedPodAffinityTerm[] {
  const wanted = affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const unwanted = affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [...wanted, ...unwanted.map(({ weight, podAffinityTerm }) => ({ weight: -weight, podAffinityTerm }))];
}

function requirements({ spec: { affinity } }: Pod): readonly WeightedPodAffinityTerm[] {
  const required = affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return required.map((podAffinityTerm) => ({ weight: 1, podAffinityTerm }));
}

function preferredNodes(pod: Pod, feasible: readonly Node[]): readonly number[] {
  const terms = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const raw = feasible.map((node) =>
    terms.reduce((sum, { weight, preference }) => sum + (fitsTerm(preference, node.labels) ? weight : 0), 0),
  );
  const most = Math.max(...raw);
  return raw.map((score) => (most === 0 ? 0 : Math.trunc((BEST * score) / most)));
}

function preferredTaints(pod: Pod, feasible: readonly Node[]): readonly number[] {
  const tolerations = (pod.spec.tolerations ?? []).filter(
    ({ effect = "" }) => effect === "" || effect === "PreferNoSchedule",
  );
  const raw = feasible.map(
    (node) =>
      node.taints.filter((taint) => taint.effect === "PreferNoSchedule" && !tolerates(tolerations, taint)).length,
  );
  const most = Math.max(...raw);
  return raw.map((count) => (most === 0 ? BEST : BEST - Math.trunc((BEST * count) / most)));
}

function evenSpread(pod: Pod, feasible: readonly Node[], nodes: readonly Node[]): readonly number[] {
  const constraints = spreadOf(pod, "ScheduleAnyway");
  if (constraints.length === 0) return feasible.map(() => 0);
  const labelled = (node: Node) => constraints.every(({ topologyKey }) => topologyKey in node.labels);
  const rated = feasible.filter(labelled);
  const raw = feasible.map((node) => {
    if (!labelled(node)) return undefined;
    const sum = constraints.reduce((total, constraint) => {
      const { topologyKey, maxSkew } = constraint;
      const domains =
        topologyKey === HOSTNAME ? rated.length : new Set(rated.map(({ labels }) => labels[topologyKey])).size;
      const near =
        topologyKey === HOSTNAME
          ? [node]
          : nodes.filter(
              (other) => shares(node, other, topologyKey) && labelled(other) && wantsNode(pod.spec, other.labels),
            );
      const count = near
        .flatMap((other) => [...other.pods])
        .filter((other) => countsFor(constraint, pod, other)).length;
      return total + count * Math.log(domains + 2) + (maxSkew - 1);
    }, 0);
    return Math.trunc(sum);
  });
  const known = raw.filter((score) => score !== undefined);
  const most = Math.max(...known);
  const least = Math.min(...known);
  return raw.map((score) => {
    if (score === undefined) return 0;
    return most === 0 ? BEST : Math.trunc((BEST * (most + least - score)) / most);
  });
}
