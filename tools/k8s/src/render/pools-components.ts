import { type Environment, MEBIBYTE, POOLS_FILE, type Pools, type Size } from "../pools/pools.ts";
import { manifest, type Rendered } from "./manifest.ts";

const NAME = "app.kubernetes.io/name";
const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";

/** Redis may fill this much of its memory with data: a fork needs the rest while everything is written to. */
const REDIS_DATA_PERCENT = 62n;
const POSTGRES_BUFFERS_PERCENT = 25n;
const NODE_HEAP_PERCENT = 75n;

/** A workload as it is declared: who runs what. */
export interface Declared {
  readonly kind: string;
  /** The name that pools.yaml knows it by. */
  readonly workload: string;
  readonly container: string;
  readonly command: readonly string[];
}

/** For each environment a component that gives every workload its pool and its size. */
export function renderPoolComponents(pools: Pools, declared: readonly Declared[]): readonly Rendered[] {
  return [...pools.environments].flatMap(([name, environment]) => {
    const folder = `components/pools/${name}`;
    const patches = [...pools.workloads].flatMap(([workload, { pool, sizes }]) => {
      const size = sizes.get(name);
      const found = declared.find((candidate) => candidate.workload === workload);
      if (size === undefined || found === undefined) return [];
      const spec = podOwnerSpec(found, size, placement(pools, environment, pool, found));
      return [{ found, path: `${workload}.yaml`, text: manifest(POOLS_FILE, [patchOf(found, spec)]) }];
    });
    const kustomization = {
      apiVersion: "kustomize.config.k8s.io/v1alpha1",
      kind: "Component",
      // A target that is not there is passed over, so that the component goes with every choice of parts.
      patches: patches.map(({ found, path }) => ({
        path,
        target: { kind: found.kind, labelSelector: `${NAME}=${found.workload}` },
      })),
    };
    return [
      { path: `${folder}/kustomization.yaml`, text: manifest(POOLS_FILE, [kustomization]) },
      ...patches.map(({ path, text }) => ({ path: `${folder}/${path}`, text })),
    ];
  });
}

function patchOf({ kind, workload }: Declared, spec: object): unknown {
  return { apiVersion: kind === "Job" ? "batch/v1" : "apps/v1", kind, metadata: { name: workload }, spec };
}

function podOwnerSpec({ kind, container, command }: Declared, size: Size, placed: object): object {
  const { cpu, memory, replicas } = size;
  const resources = { requests: { cpu, memory }, limits: { memory } };
  const env = environmentOf(command, size);
  return {
    ...(kind !== "Job" && { replicas: replicas ?? 1 }),
    template: {
      spec: {
        ...placed,
        containers: [{ name: container, ...(env.length > 0 && { env }), resources }],
      },
    },
  };
}

/** Selector and toleration by the one key; and where there are zones to choose from, pods must use them evenly. */
function placement(
  pools: Pools,
  { placement, zones }: Environment,
  pool: string,
  { kind, workload }: Declared,
): object {
  if (placement === "anywhere") return {};
  const tainted = pools.pools.get(pool)?.taint !== "none";
  return {
    nodeSelector: { [pools.label]: pool },
    ...(tainted && { tolerations: [{ key: pools.label, operator: "Equal", value: pool, effect: "NoSchedule" }] }),
    ...(kind === "Deployment" &&
      zones.length > 1 && {
        // Both, since some kustomize merge this list by key and others replace it.
        topologySpreadConstraints: [spread(workload, ZONE, "DoNotSchedule"), spread(workload, HOST, "ScheduleAnyway")],
      }),
  };
}

function spread(workload: string, topologyKey: string, whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway"): object {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable,
    // Of a rollout each generation is spread by itself, over the nodes that it may use.
    nodeTaintsPolicy: "Honor",
    matchLabelKeys: ["pod-template-hash"],
    labelSelector: { matchLabels: { [NAME]: workload } },
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** What a process has to be told about its memory, since it does not see its limit by itself. */
function environmentOf(
  command: readonly string[],
  { requests: { memoryBytes }, rendering }: Size,
): readonly Variable[] {
  const share = (of: bigint, percent: bigint) => String((of * percent) / 100n / MEBIBYTE);
  switch (command[0]) {
    case "valkey-server":
      return [{ name: "MAXMEMORY", value: `${share(memoryBytes, REDIS_DATA_PERCENT)}mb` }];
    case "node": {
      const documents = BigInt((rendering?.processes ?? 0) * (rendering?.memoryMb ?? 0)) * MEBIBYTE;
      const heap = share(memoryBytes - documents, NODE_HEAP_PERCENT);
      return [
        { name: "NODE_OPTIONS", value: `--max-old-space-size=${heap}` },
        ...(rendering === undefined
          ? []
          : [
              { name: "WORKER_CONCURRENCY", value: String(rendering.processes) },
              { name: "RENDER_MEMORY_MB", value: String(rendering.memoryMb) },
            ]),
      ];
    }
    case "postgres":
      return [{ name: "SHARED_BUFFERS", value: `${share(memoryBytes, POSTGRES_BUFFERS_PERCENT)}MB` }];
    default:
      return [];
  }
}
