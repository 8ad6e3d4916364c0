import { type Misfit, misfits } from "./filter.ts";
import type { DisruptionBudget, NodeObject, PodObject, PriorityClass } from "./objects.ts";
import { choosePreemption } from "./preempt.ts";
import { scores } from "./score.ts";
import { type Node, openNode, openPod, type Pod } from "./state.ts";

export interface ClusterInput {
  readonly nodes: readonly NodeObject[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly podDisruptionBudgets?: readonly DisruptionBudget[];
}

export interface Placed {
  readonly pod: Pod;
  readonly victims: readonly Pod[];
}

/** A cluster whose scheduler can be asked: which pod goes where, who waits and why, who is pushed out. */
export class Cluster {
  readonly nodes: Node[];
  readonly pods = new Map<string, Pod>();
  /** Pods that were pushed out so far, by workload. */
  readonly preempted = new Map<string, number>();
  readonly #classes: readonly PriorityClass[];
  readonly #budgets: readonly DisruptionBudget[];
  #created = 0;
  #tried = 0;

  constructor(input: ClusterInput) {
    this.nodes = input.nodes.map(openNode);
    this.#classes = input.priorityClasses;
    this.#budgets = input.podDisruptionBudgets ?? [];
  }

  /** Makes a pod without placing it. */
  create(object: PodObject): Pod {
    const pod = openPod(object, this.#classes, this.#created++);
    if (this.pods.has(pod.name)) throw new Error(`there is a pod ${pod.name} already`);
    this.pods.set(pod.name, pod);
    return pod;
  }

  delete(pod: Pod): void {
    pod.node?.pods.delete(pod);
    pod.node = undefined;
    this.pods.delete(pod.name);
  }

  node(name: string): Node {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`there is no node ${name}`);
    return found;
  }

  addNode(object: NodeObject): void {
    this.nodes.push(openNode(object));
  }

  /** Takes a node away and answers with the pods that were on it, in the order of their creation. */
  loseNode(name: string): readonly Pod[] {
    const node = this.node(name);
    const lost = [...node.pods].sort((one, other) => one.created - other.created);
    for (const pod of lost) this.delete(pod);
    this.nodes.splice(this.nodes.indexOf(node), 1);
    return lost;
  }

  /** Places a pod where it fits best, pushing less important ones out where nothing else helps. True where it runs afterwards. */
  schedule(pod: Pod): boolean {
    pod.tried = this.#tried++;
    if (this.#bind(pod)) return true;
    const preemption = choosePreemption(pod, this.nodes, this.#budgets);
    if (preemption === undefined) return false;
    for (const victim of preemption.victims) {
      this.preempted.set(victim.workload, (this.preempted.get(victim.workload) ?? 0) + 1);
      this.delete(victim);
    }
    return this.#bind(pod);
  }

  #bind(pod: Pod): boolean {
    const feasible = this.nodes.filter((node) => misfits(pod, node, this.nodes).length === 0);
    const rated = scores(pod, feasible, this.nodes);
    const best = feasible[rated.indexOf(Math.max(...rated))];
    if (best === undefined) return false;
    best.pods.add(pod);
    pod.node = best;
    return true;
  }

  /** Tries all waiting pods, by priority and then by their last try, until a round changes nothing. */
  retry(): void {
    let changed = true;
    while (changed) {
      changed = false;
      const waiting = [...this.pods.values()].filter(({ node }) => node === undefined);
      waiting.sort((one, other) => other.priority - one.priority || one.tried - other.tried);
      for (const pod of waiting) {
        if (this.pods.get(pod.name) === pod && this.schedule(pod)) changed = true;
      }
    }
  }

  /** Why a pod waits: for each node what keeps it away. */
  reasons(pod: Pod): ReadonlyMap<string, readonly Misfit[]> {
    return new Map(this.nodes.map((node) => [node.name, misfits(pod, node, this.nodes)]));
  }
}
