import type { Container, Labels, NodeObject, PodObject, PriorityClass, Taint } from "./objects.ts";
import { bytes, milliCpu } from "./quantity.ts";

/** What scoring takes for a container that asks for nothing. */
const UNSTATED = { milliCpu: 100n, memoryBytes: 200n * 1024n * 1024n };

export interface Resources {
  readonly milliCpu: bigint;
  readonly memoryBytes: bigint;
}

/** A pod that is known to the cluster, with everything about it that does not change worked out once. */
export interface Pod {
  readonly name: string;
  readonly workload: string;
  readonly labels: Labels;
  readonly spec: PodObject["spec"];
  readonly object: PodObject;
  readonly priority: number;
  readonly mayPreempt: boolean;
  readonly requests: Resources;
  /** The requests as scoring sees them. */
  readonly scored: Resources;
  /** Counts pods in the order of their creation: the later, the younger. */
  readonly created: number;
  /** The order of the last attempt to place it; retries go by it. */
  tried: number;
  node: Node | undefined;
}

export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly allocatable: Resources;
  readonly maxPods: number;
  readonly taints: readonly Taint[];
  cordoned: boolean;
  readonly pods: Set<Pod>;
}

export const WORKLOAD_LABEL = "app.kubernetes.io/name";
const CORDON: Taint = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };

export function openNode(object: NodeObject): Node {
  const { cpu, memory, pods } = object.status.allocatable;
  return {
    name: object.metadata.name,
    labels: object.metadata.labels ?? {},
    allocatable: { milliCpu: milliCpu(cpu), memoryBytes: bytes(memory) },
    maxPods: Number(pods),
    taints: (object.spec?.taints ?? []).filter(({ key }) => key !== CORDON.key),
    cordoned: object.spec?.unschedulable ?? false,
    pods: new Set(),
  };
}

/** The taints in force, the one of a cordon among them. */
export function taintsOf(node: Node): readonly Taint[] {
  return node.cordoned ? [CORDON, ...node.taints] : node.taints;
}

export function openPod(object: PodObject, classes: readonly PriorityClass[], created: number): Pod {
  const { spec } = object;
  const priorityClass = classes.find(({ name }) => name === spec.priorityClassName);
  if (spec.priorityClassName !== undefined && priorityClass === undefined) {
    throw new Error(
      `pod ${object.metadata.name} is of the priority class ${spec.priorityClassName}, which does not exist`,
    );
  }
  const labels = object.metadata.labels ?? {};
  return {
    name: object.metadata.name,
    workload: labels[WORKLOAD_LABEL] ?? object.metadata.name,
    labels,
    spec,
    object,
    priority: priorityClass?.value ?? 0,
    mayPreempt: priorityClass?.preemptionPolicy !== "Never",
    requests: podRequests(spec, { milliCpu: 0n, memoryBytes: 0n }),
    scored: podRequests(spec, UNSTATED),
    created,
    tried: 0,
    node: undefined,
  };
}

/** The sum of the containers, or the largest init container where that is more. A limit without a request is a request. */
function podRequests({ containers, initContainers = [] }: PodObject["spec"], unstated: Resources): Resources {
  const sum = containers
    .map((container) => requestsOf(container, unstated))
    .reduce(add, { milliCpu: 0n, memoryBytes: 0n });
  return initContainers.map((container) => requestsOf(container, unstated)).reduce(larger, sum);
}

function requestsOf({ resources = {} }: Container, unstated: Resources): Resources {
  const cpu = resources.requests?.cpu ?? resources.limits?.cpu;
  const memory = resources.requests?.memory ?? resources.limits?.memory;
  return {
    milliCpu: cpu === undefined ? unstated.milliCpu : milliCpu(cpu),
    memoryBytes: memory === undefined ? unstated.memoryBytes : bytes(memory),
  };
}

export function add(one: Resources, other: Resources): Resources {
  return { milliCpu: one.milliCpu + other.milliCpu, memoryBytes: one.memoryBytes + other.memoryBytes };
}

function larger(one: Resources, other: Resources): Resources {
  return {
    milliCpu: most([one.milliCpu, other.milliCpu]),
    memoryBytes: most([one.memoryBytes, other.memoryBytes]),
  };
}

function most(amounts: readonly bigint[]): bigint {
  let largest = 0n;
  for (const amount of amounts) if (amount > largest) largest = amount;
  return largest;
}

/** What the pods of a node ask for together. */
export function usedOf(pods: Iterable<Pod>, which: "requests" | "scored"): Resources {
  let used: Resources = { milliCpu: 0n, memoryBytes: 0n };
  for (const pod of pods) used = add(used, pod[which]);
  return used;
}
