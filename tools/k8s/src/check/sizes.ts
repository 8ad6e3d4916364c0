import { type ContainerSpec, containersOf, type PodOwner, podLabels, podOwners } from "../objects/objects.ts";
import { showMemory } from "../pools/pools.ts";
import { bytes } from "../scheduler/quantity.ts";
import { environmentOf, mainFileOf, ownerAndContainer } from "./environment.ts";
import { NAME_LABEL, type Rule, type Scene } from "./scene.ts";

/** How much of its memory Redis may fill: less is wasted, more leaves no room for a fork. */
const REDIS_PERCENT = { min: 60, max: 65 };
const HEAP_PERCENT_MAX = 80;
const REDIS_POLICIES: Readonly<Record<string, string>> = { "redis-queue": "noeviction", "redis-index": "allkeys-lru" };

/** What a container asks for, and what its program is told about it. */
export const sizes: Rule = (scene) => [
  ...unsized(scene),
  ...podOwners(scene.objects).flatMap((owner) =>
    containersOf(owner).flatMap((container) => ofContainer(scene, owner, container)),
  ),
];

/** Every workload of the overlay has a size in pools.yaml, and every size there a workload. */
function unsized({ name, objects, pools }: Scene): readonly string[] {
  const present = new Set(podOwners(objects).map((owner) => podLabels(owner)[NAME_LABEL] ?? owner.metadata.name));
  const sized = [...pools.workloads].filter(([, { sizes }]) => sizes.has(name)).map(([workload]) => workload);
  return [
    ...[...present]
      .filter((workload) => !sized.includes(workload))
      .map(
        (workload) =>
          `k8s/pools.yaml: ${workload} is in the overlay ${name} but has no size there; add workloads.${workload}.${name}.`,
      ),
    ...sized
      .filter((workload) => !present.has(workload))
      .map(
        (workload) =>
          `k8s/pools.yaml: ${workload} has a size for ${name}, but the overlay does not have it; take the size out or add its component.`,
      ),
  ];
}

function ofContainer(scene: Scene, owner: PodOwner, container: ContainerSpec): readonly string[] {
  const who = ownerAndContainer(owner, container);
  const { requests = {}, limits = {} } = container.resources ?? {};
  const { memory } = requests;
  if (requests.cpu === undefined || memory === undefined) {
    return [
      `${who}: asks for no ${requests.cpu === undefined ? "cpu" : "memory"}, so that it is placed blindly; give it a size in k8s/pools.yaml and render.`,
    ];
  }
  const problems: string[] = [];
  if (limits.memory === undefined || bytes(limits.memory) !== bytes(memory)) {
    problems.push(
      `${who}: asks for ${memory} of memory with a limit of ${limits.memory ?? "none"}; make them the same, so that no neighbour can take what it counts on.`,
    );
  }
  if (limits.cpu !== undefined) {
    problems.push(`${who}: has a limit of cpu, which slows it down when it is needed most; take it out.`);
  }
  return [...problems, ...told(scene, owner, container, who, bytes(memory))];
}

function told(scene: Scene, owner: PodOwner, container: ContainerSpec, who: string, memory: bigint): readonly string[] {
  const { values } = environmentOf(scene, who, container);
  if (container.command?.[0] === "valkey-server") return redis(owner, container, who, memory, values);
  if (mainFileOf(container) === undefined) return [];
  const heap = /--max-old-space-size=(\d+)/.exec(values["NODE_OPTIONS"] ?? "")?.[1];
  if (heap === undefined)
    return [`${who}: does not say how far Node's heap may grow; render k8s/pools.yaml, which sets NODE_OPTIONS.`];
  const documents = Number(values["WORKER_CONCURRENCY"] ?? 0) * Number(values["RENDER_MEMORY_MB"] ?? 0);
  const room = Number(memory / 1024n / 1024n) - documents;
  if (Number(heap) <= (room * HEAP_PERCENT_MAX) / 100) return [];
  return [
    `${who}: lets Node's heap grow to ${heap} MiB of the ${room} MiB that it has, so that it is killed before it collects; let it have 75 %.`,
  ];
}

function redis(
  owner: PodOwner,
  { args = [] }: ContainerSpec,
  who: string,
  memory: bigint,
  values: Readonly<Record<string, string>>,
): readonly string[] {
  const given = (name: string) => {
    const word = args[args.indexOf(name) + 1];
    return args.includes(name)
      ? word?.replace(/^\$\((\w+)\)$/, (_, variable: string) => values[variable] ?? "")
      : undefined;
  };
  const problems: string[] = [];
  const wanted = REDIS_POLICIES[owner.metadata.name];
  const policy = given("--maxmemory-policy");
  if (wanted !== undefined && policy !== wanted) {
    problems.push(`${who}: evicts by ${policy ?? "its default"}, but must by ${wanted}; set --maxmemory-policy.`);
  }
  const megabytes = Number(/^(\d+)mb$/.exec(given("--maxmemory") ?? "")?.[1] ?? 0);
  const percent = (megabytes * 1024 * 1024 * 100) / Number(memory);
  if (percent < REDIS_PERCENT.min || percent > REDIS_PERCENT.max) {
    problems.push(
      `${who}: may fill ${Math.round(percent)} % of its ${showMemory(memory)} with data; let --maxmemory be ${REDIS_PERCENT.min} to ${REDIS_PERCENT.max} %, by rendering k8s/pools.yaml.`,
    );
  }
  return problems;
}
