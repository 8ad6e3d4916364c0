import { misfits } from "./filter.ts";
import type { DisruptionBudget } from "./objects.ts";
import { selects } from "./selector.ts";
import type { Node, Pod } from "./state.ts";

/** A node on which a pod could be placed if the victims went. */
export interface Preemption {
  readonly node: Node;
  /** The most important first. */
  readonly victims: readonly Pod[];
  readonly violations: number;
}

/** The preemption that the scheduler would choose for a pod that fits nowhere; undefined where none helps or is allowed. */
export function choosePreemption(
  pod: Pod,
  nodes: readonly Node[],
  budgets: readonly DisruptionBudget[],
): Preemption | undefined {
  if (!pod.mayPreempt) return undefined;
  const candidates = nodes
    .filter((node) => !misfits(pod, node, nodes).some(({ final }) => final))
    .flatMap((node) => victimsOn(pod, node, nodes, budgets) ?? []);
  return best(candidates, [
    ({ violations }) => -violations,
    ({ victims }) => -(victims[0]?.priority ?? Number.NEGATIVE_INFINITY),
    ({ victims }) => -victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    ({ victims }) => -victims.length,
    ({ victims }) =>
      Math.min(...victims.filter(({ priority }) => priority === victims[0]?.priority).map(({ created }) => created)),
  ]);
}

/** Takes all less important pods away, then gives back as many as still leave room, those under a broken budget first. */
function victimsOn(
  pod: Pod,
  node: Node,
  nodes: readonly Node[],
  budgets: readonly DisruptionBudget[],
): readonly [Preemption] | undefined {
  const lesser = [...node.pods].filter(({ priority }) => priority < pod.priority).sort(byImportance);
  if (lesser.length === 0) return undefined;
  const before = [...node.pods];
  for (const victim of lesser) node.pods.delete(victim);
  try {
    const fitsNow = () => misfits(pod, node, nodes).length === 0;
    if (!fitsNow()) return undefined;
    const { violating, other } = byBudget(lesser, budgets);
    const victims: Pod[] = [];
    let violations = 0;
    for (const candidate of [...violating, ...other]) {
      node.pods.add(candidate);
      if (fitsNow()) continue;
      node.pods.delete(candidate);
      victims.push(candidate);
      if (violating.includes(candidate)) violations += 1;
    }
    return [{ node, victims: victims.sort(byImportance), violations }];
  } finally {
    node.pods.clear();
    for (const neighbour of before) node.pods.add(neighbour);
  }
}

function byBudget(pods: readonly Pod[], budgets: readonly DisruptionBudget[]) {
  const left = budgets.map(({ status }) => status.disruptionsAllowed);
  const violating: Pod[] = [];
  const other: Pod[] = [];
  for (const pod of pods) {
    let broken = false;
    budgets.forEach(({ spec }, index) => {
      if (!selects(spec.selector, pod.labels)) return;
      left[index] = (left[index] ?? 0) - 1;
      broken ||= (left[index] ?? 0) < 0;
    });
    (broken ? violating : other).push(pod);
  }
  return { violating, other };
}

function byImportance(one: Pod, other: Pod): number {
  return other.priority - one.priority || one.created - other.created;
}

function best<T>(items: readonly T[], merits: readonly ((item: T) => number)[]): T | undefined {
  let left = items;
  for (const merit of merits) {
    const most = Math.max(...left.map(merit));
    left = left.filter((item) => merit(item) === most);
  }
  return left[0];
}
