import type { NodeObject } from "../scheduler/objects.ts";
import { add, type Resources } from "../scheduler/state.ts";
import { type Environment, GIBIBYTE, MEBIBYTE, type Pool, type Pools } from "./pools.ts";

const PODS_MAX = "110";
const ZONE = "topology.kubernetes.io/zone";
const HOSTNAME = "kubernetes.io/hostname";

/** The bands by which GKE reserves a part of a node for itself, the most cautious of the big providers. */
const CPU_BANDS = [
  { upTo: 1000n, perMille: 60n },
  { upTo: 2000n, perMille: 10n },
  { upTo: 4000n, perMille: 5n },
];
const CPU_REST_PER_TEN_THOUSAND = 25n;
const MEMORY_BANDS = [
  { upTo: 4n * GIBIBYTE, percent: 25n },
  { upTo: 8n * GIBIBYTE, percent: 20n },
  { upTo: 16n * GIBIBYTE, percent: 10n },
  { upTo: 128n * GIBIBYTE, percent: 6n },
];
const MEMORY_REST_PERCENT = 2n;
const EVICTION_BYTES = 100n * MEBIBYTE;

/** What a node of a shape has to give to pods: less what it reserves, and what the cluster's DaemonSets take. */
export function allocatable(shape: Resources, daemons: Resources): Resources {
  return {
    milliCpu: shape.milliCpu - reservedCpu(shape.milliCpu) - daemons.milliCpu,
    memoryBytes: shape.memoryBytes - reservedMemory(shape.memoryBytes) - EVICTION_BYTES - daemons.memoryBytes,
  };
}

function reservedCpu(total: bigint): bigint {
  let [reserved, from] = [0n, 0n];
  for (const { upTo, perMille } of CPU_BANDS) {
    reserved += ((least(total, upTo) - least(total, from)) * perMille) / 1000n;
    from = upTo;
  }
  return reserved + ((total - least(total, from)) * CPU_REST_PER_TEN_THOUSAND) / 10_000n;
}

function reservedMemory(total: bigint): bigint {
  let [reserved, from] = [0n, 0n];
  for (const { upTo, percent } of MEMORY_BANDS) {
    reserved += ((least(total, upTo) - least(total, from)) * percent) / 100n;
    from = upTo;
  }
  return reserved + ((total - least(total, from)) * MEMORY_REST_PERCENT) / 100n;
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** What a node of a pool has to give in an environment. */
export function roomOf(pools: Pools, environment: Environment, pool: Pool): Resources {
  return allocatable(environment.shape ?? pool.shape, pools.daemons);
}

/** The nodes that an environment has at the least, each pool's spread over the zones. */
export function leastNodes(pools: Pools, name: string): readonly NodeObject[] {
  const environment = pools.environments.get(name);
  if (environment === undefined) return [];
  if (environment.placement === "anywhere") {
    const shape = environment.shape ?? { milliCpu: 0n, memoryBytes: 0n };
    const zone = environment.zones[0] ?? "";
    return [nodeOf("node", zone, {}, [], allocatable(shape, pools.daemons))];
  }
  return [...pools.pools].flatMap(([poolName, pool]) => {
    const labels = { [pools.label]: poolName };
    const taints = pool.taint === "none" ? [] : [{ key: pools.label, value: poolName, effect: pool.taint }];
    return Array.from({ length: pool.nodes.get(name)?.min ?? 0 }, (_, index) => {
      const zone = environment.zones[index % environment.zones.length] ?? "";
      return nodeOf(`${poolName}-${index + 1}`, zone, labels, taints, roomOf(pools, environment, pool));
    });
  });
}

type Taints = readonly { readonly key: string; readonly value: string; readonly effect: string }[];

function nodeOf(
  name: string,
  zone: string,
  labels: Record<string, string>,
  taints: Taints,
  room: Resources,
): NodeObject {
  return {
    metadata: { name, labels: { ...labels, [ZONE]: zone, [HOSTNAME]: name } },
    spec: { taints },
    status: { allocatable: { cpu: `${room.milliCpu}m`, memory: String(room.memoryBytes), pods: PODS_MAX } },
  };
}

/** The sum of requests times how often they are made. */
export function total(requests: readonly { readonly requests: Resources; readonly times: number }[]): Resources {
  return requests
    .map(({ requests: { milliCpu, memoryBytes }, times }) => ({
      milliCpu: milliCpu * BigInt(times),
      memoryBytes: memoryBytes * BigInt(times),
    }))
    .reduce(add, { milliCpu: 0n, memoryBytes: 0n });
}
