import type { Cluster } from "./cluster.ts";
import type { NodeObject, PodObject } from "./objects.ts";

/** Something that happens to a cluster. */
export type Step =
  | { readonly op: "createPods"; readonly mode: "oneByOne" | "burst"; readonly pods: readonly PodObject[] }
  | { readonly op: "cordon" | "uncordon"; readonly nodes: readonly string[] }
  | { readonly op: "addNodes"; readonly nodes: readonly NodeObject[] }
  | { readonly op: "deletePods"; readonly pods: readonly string[] }
  | { readonly op: "drainNode" | "loseNode"; readonly node: string }
  | RollingUpdate;

export interface RollingUpdate {
  readonly op: "rollingUpdate";
  readonly workload: string;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly pods: readonly PodObject[];
}

/** Plays one step and then lets everything that waits try again. */
export function play(cluster: Cluster, step: Step): void {
  switch (step.op) {
    case "createPods":
      createPods(cluster, step.mode, step.pods);
      break;
    case "cordon":
    case "uncordon":
      for (const name of step.nodes) cluster.node(name).cordoned = step.op === "cordon";
      break;
    case "addNodes":
      for (const node of step.nodes) cluster.addNode(node);
      break;
    case "deletePods":
      for (const name of step.pods) {
        const pod = cluster.pods.get(name);
        if (pod !== undefined) cluster.delete(pod);
      }
      break;
    case "drainNode":
      drainNode(cluster, step.node);
      break;
    case "loseNode":
      replace(
        cluster,
        cluster.loseNode(step.node).map(({ object }) => object),
      );
      break;
    case "rollingUpdate":
      rollingUpdate(cluster, step);
      break;
  }
  cluster.retry();
}

function createPods(cluster: Cluster, mode: "oneByOne" | "burst", objects: readonly PodObject[]): void {
  if (mode === "oneByOne") {
    for (const object of objects) cluster.schedule(cluster.create(object));
    return;
  }
  const pods = objects.map((object) => cluster.create(object));
  pods.sort((one, other) => other.priority - one.priority || (one.name < other.name ? -1 : 1));
  for (const pod of pods) if (cluster.pods.has(pod.name)) cluster.schedule(pod);
}

function drainNode(cluster: Cluster, name: string): void {
  const node = cluster.node(name);
  node.cordoned = true;
  const evicted = [...node.pods].sort((one, other) => one.created - other.created);
  for (const pod of evicted) cluster.delete(pod);
  replace(
    cluster,
    evicted.map(({ object }) => object),
  );
}

function replace(cluster: Cluster, objects: readonly PodObject[]): void {
  for (const object of objects) {
    const name = `${object.metadata.name}-r`;
    cluster.schedule(cluster.create({ ...object, metadata: { ...object.metadata, name } }));
  }
}

/** What a Deployment's controller does: surge, wait, and take old pods away while enough run. */
function rollingUpdate(cluster: Cluster, { workload, maxSurge, maxUnavailable, pods }: RollingUpdate): void {
  const replicas = pods.length;
  const known = [...cluster.pods.values()].filter((pod) => pod.workload === workload);
  const oldOnes = known.sort((one, other) => one.created - other.created).map(({ name }) => name);
  const newOnes: string[] = [];
  const alive = (names: readonly string[]) => names.flatMap((name) => cluster.pods.get(name) ?? []);
  const running = (names: readonly string[]) => alive(names).filter(({ node }) => node !== undefined);

  let changed = true;
  while (changed) {
    changed = false;
    while (newOnes.length < pods.length && alive(oldOnes).length + alive(newOnes).length < replicas + maxSurge) {
      const object = pods[newOnes.length];
      if (object === undefined) break;
      newOnes.push(object.metadata.name);
      cluster.schedule(cluster.create(object));
      changed = true;
    }
    const before = running(newOnes).length;
    cluster.retry();
    changed ||= running(newOnes).length !== before;
    for (const pod of alive(oldOnes).filter(({ node }) => node === undefined)) {
      cluster.delete(pod);
      changed = true;
    }
    for (const pod of running(oldOnes)) {
      if (running(oldOnes).length + running(newOnes).length - 1 < replicas - maxUnavailable) break;
      cluster.delete(pod);
      changed = true;
    }
  }
}
