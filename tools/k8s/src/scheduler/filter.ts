import type { PodAffinityTerm, SpreadConstraint } from "./objects.ts";
import { selects, tolerates, wantsNode } from "./selector.ts";
import { type Node, type Pod, taintsOf, usedOf } from "./state.ts";

/** Why a node cannot take a pod. `final` means that pushing other pods out would not help. */
export interface Misfit {
  readonly reason: Reason;
  readonly final: boolean;
}

export type Reason =
  | "unschedulable"
  | "taint"
  | "node selector"
  | "cpu"
  | "memory"
  | "pods"
  | "spread label"
  | "spread"
  | "affinity"
  | "anti-affinity"
  | "existing anti-affinity";

/**
 * Says why a node cannot take a pod: nothing where it can, else the reasons of the first check that fails, in the scheduler's own
 * order (cordon, taints, node selector, resources, spread, pod affinity).
 */
export function misfits(pod: Pod, node: Node, nodes: readonly Node[]): readonly Misfit[] {
  const tolerations = pod.spec.tolerations ?? [];
  const untolerated = taintsOf(node).find(
    ({ effect, ...taint }) => effect !== "PreferNoSchedule" && !tolerates(tolerations, { effect, ...taint }),
  );
  if (untolerated !== undefined) {
    return [
      {
        reason: node.cordoned && untolerated.key === "node.kubernetes.io/unschedulable" ? "unschedulable" : "taint",
        final: true,
      },
    ];
  }
  if (!wantsNode(pod.spec, node.labels)) return [{ reason: "node selector", final: true }];
  const short = shortOf(pod, node);
  if (short.length > 0) return short;
  return [...unevenSpread(pod, node, nodes), ...unfitNeighbours(pod, node, nodes)].slice(0, 1);
}

function shortOf(pod: Pod, node: Node): readonly Misfit[] {
  const used = usedOf(node.pods, "requests");
  const { milliCpu, memoryBytes } = pod.requests;
  const short: Reason[] = [];
  if (node.pods.size + 1 > node.maxPods) short.push("pods");
  if (milliCpu > 0n && milliCpu > node.allocatable.milliCpu - used.milliCpu) short.push("cpu");
  if (memoryBytes > 0n && memoryBytes > node.allocatable.memoryBytes - used.memoryBytes) short.push("memory");
  return short.map((reason) => ({ reason, final: false }));
}

/** The spread constraints that forbid, or those that only prefer. */
export function spreadOf(pod: Pod, whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway"): readonly SpreadConstraint[] {
  return (pod.spec.topologySpreadConstraints ?? []).filter((spread) => spread.whenUnsatisfiable === whenUnsatisfiable);
}

/** Whether a pod counts for another pod's spread constraint, which may ask for labels that the two share. */
export function countsFor(constraint: SpreadConstraint, of: Pod, other: Pod): boolean {
  const same = (constraint.matchLabelKeys ?? []).every((key) => of.labels[key] === other.labels[key]);
  return same && selects(constraint.labelSelector, other.labels);
}

function unevenSpread(pod: Pod, node: Node, nodes: readonly Node[]): readonly Misfit[] {
  const constraints = spreadOf(pod, "DoNotSchedule");
  if (constraints.length === 0) return [];
  const domains = nodes.filter(
    (other) => wantsNode(pod.spec, other.labels) && constraints.every(({ topologyKey }) => topologyKey in other.labels),
  );
  for (const constraint of constraints) {
    const domain = node.labels[constraint.topologyKey];
    if (domain === undefined) return [{ reason: "spread label", final: true }];
    const counts = new Map<string, number>();
    for (const other of domains) {
      if (constraint.nodeTaintsPolicy === "Honor" && !toleratesAll(pod, other)) continue;
      const place = other.labels[constraint.topologyKey] ?? "";
      const here = [...other.pods].filter((neighbour) => countsFor(constraint, pod, neighbour)).length;
      counts.set(place, (counts.get(place) ?? 0) + here);
    }
    const least = counts.size === 0 ? 0 : Math.min(...counts.values());
    const self = countsFor(constraint, pod, pod) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + self - least > constraint.maxSkew) return [{ reason: "spread", final: false }];
  }
  return [];
}

function toleratesAll(pod: Pod, node: Node): boolean {
  const tolerations = pod.spec.tolerations ?? [];
  return taintsOf(node).every((taint) => taint.effect === "PreferNoSchedule" || tolerates(tolerations, taint));
}

function unfitNeighbours(pod: Pod, node: Node, nodes: readonly Node[]): readonly Misfit[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const wanted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const unwanted = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  if (wanted.length > 0 && !hasCompany(pod, node, nodes, wanted)) return [{ reason: "affinity", final: true }];
  if (unwanted.some((term) => neighboursOf(node, nodes, term.topologyKey).some((other) => fits(term, other)))) {
    return [{ reason: "anti-affinity", final: false }];
  }
  const shunned = nodes.some((other) =>
    [...other.pods].some((neighbour) =>
      (neighbour.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
        (term) => fits(term, pod) && shares(node, other, term.topologyKey),
      ),
    ),
  );
  return shunned ? [{ reason: "existing anti-affinity", final: false }] : [];
}

/** Required affinity holds where each term has a matching pod nearby; the first pod of a group that wants its own kind is let in. */
function hasCompany(pod: Pod, node: Node, nodes: readonly Node[], terms: readonly PodAffinityTerm[]): boolean {
  if (!terms.every(({ topologyKey }) => topologyKey in node.labels)) return false;
  const matchesAll = (other: Pod) => terms.every((term) => fits(term, other));
  if (terms.every(({ topologyKey }) => neighboursOf(node, nodes, topologyKey).some(matchesAll))) return true;
  const anywhere = nodes.some((other) => [...other.pods].some(matchesAll));
  return !anywhere && matchesAll(pod);
}

/** The pods on nodes that share a domain with the node. */
export function neighboursOf(node: Node, nodes: readonly Node[], topologyKey: string): readonly Pod[] {
  return nodes.filter((other) => shares(node, other, topologyKey)).flatMap((other) => [...other.pods]);
}

export function shares(node: Node, other: Node, topologyKey: string): boolean {
  const domain = node.labels[topologyKey];
  return domain !== undefined && domain === other.labels[topologyKey];
}

export function fits(term: PodAffinityTerm, pod: Pod): boolean {
  return selects(term.labelSelector, pod.labels);
}
