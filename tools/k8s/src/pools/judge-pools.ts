import type { Resources } from "../scheduler/state.ts";
import { type Environment, POOLS_FILE, type Pool, type Pools, type Size, showCpu, showMemory } from "./pools.ts";
import { roomOf, total } from "./shapes.ts";

/** The most of a node's CPU or memory that may lie idle when the other is used up. */
const STRANDED_PERCENT_MAX = 20;
/** What a worker takes beside the documents that it renders. */
const WORKER_MB = 512n;
const WORKER_MILLI_CPU = 500n;

/** Everything in pools.yaml that can be read but cannot be meant, a sentence each with what to do. */
export function judgePools(pools: Pools): readonly string[] {
  const problems: string[] = [];
  const say = (sentence: string) => void problems.push(`${POOLS_FILE}: ${sentence}`);
  if (!/^[a-z0-9.-]+\/[a-z0-9.-]+$/i.test(pools.label)) {
    say(`label is "${pools.label}", which is no label key with a prefix; write one such as staymesh.io/pool.`);
  }
  for (const [name, environment] of pools.environments) judgeSurvival(pools, name, environment, say);
  for (const [name, { pool: poolName, sizes }] of pools.workloads) {
    const pool = pools.pools.get(poolName);
    if (pool === undefined) {
      const known = [...pools.pools.keys()].sort().join(", ");
      say(`${name} is to live in the pool "${poolName}", which does not exist; the pools are ${known}.`);
      continue;
    }
    for (const [environmentName, size] of sizes) {
      const environment = pools.environments.get(environmentName);
      if (environment === undefined) continue;
      judgeSize(
        { name, poolName, pool, environmentName, environment, size, room: roomOf(pools, environment, pool) },
        say,
      );
    }
  }
  if (problems.length === 0) judgeProportions(pools, say);
  return problems;
}

type Say = (sentence: string) => void;

function judgeSurvival(pools: Pools, name: string, { placement, zones, survives }: Environment, say: Say): void {
  if (placement === "anywhere") {
    if (survives.length > 0)
      say(`${name} is one node, so it can survive no ${survives.join(" and no ")}; take "survives" out.`);
    return;
  }
  if (survives.includes("zone") && zones.length < 2) say(`${name} is to survive the loss of a zone, but has only one.`);
  if (survives.length === 0) return;
  for (const [poolName, { nodes }] of pools.pools) {
    const min = nodes.get(name)?.min ?? 0;
    if (min < 2) {
      say(
        `${name} is to survive the loss of a node, but the pool ${poolName} may have as few as ${min}; let it have 2.`,
      );
    }
  }
}

interface Case {
  readonly name: string;
  readonly poolName: string;
  readonly pool: Pool;
  readonly environmentName: string;
  readonly environment: Environment;
  readonly size: Size;
  readonly room: Resources;
}

function judgeSize({ name, poolName, pool, environmentName, environment, size, room }: Case, say: Say): void {
  const { requests, rendering } = size;
  const where = environment.placement === "pools" ? `a node of the pool ${poolName}` : "the node";
  const remedy =
    environment.placement === "pools"
      ? "ask for less or give the pool larger nodes"
      : "ask for less or take a larger node";
  if (requests.milliCpu > room.milliCpu) {
    say(
      `one pod of ${name} asks for ${showCpu(requests.milliCpu)} cpu in ${environmentName}, but ${where} has only ${showCpu(room.milliCpu)} to give; ${remedy}.`,
    );
  }
  if (requests.memoryBytes > room.memoryBytes) {
    say(
      `one pod of ${name} asks for ${showMemory(requests.memoryBytes)} of memory in ${environmentName}, but ${where} has only ${showMemory(room.memoryBytes)} to give; ${remedy}.`,
    );
  }
  if (environment.survives.length > 0 && size.replicas === 1 && name.endsWith("-svc")) {
    say(`${name} has one replica in ${environmentName}, so a drain interrupts it; give it 2.`);
  }
  if (rendering !== undefined) judgeRendering(name, environmentName, size, rendering, environment.proportions, say);
  if (!environment.proportions || environment.placement === "anywhere" || size.replicas === undefined) return;
  const perCpu = (requests.memoryBytes * 1000n) / requests.milliCpu;
  const { min, max } = pool.memoryPerCpu;
  if (min !== undefined && perCpu < min) {
    say(
      `${name} asks for ${showMemory(perCpu)} of memory per cpu in ${environmentName}, less than the ${showMemory(min)} that the pool ${poolName} is made for; ask for more memory, less cpu, or another pool.`,
    );
  }
  if (max !== undefined && perCpu > max) {
    say(
      `${name} asks for ${showMemory(perCpu)} of memory per cpu in ${environmentName}, more than the ${showMemory(max)} that the pool ${poolName} is made for; ask for less memory, more cpu, or another pool.`,
    );
  }
}

function judgeRendering(
  name: string,
  environmentName: string,
  { requests }: Size,
  { processes, memoryMb }: NonNullable<Size["rendering"]>,
  exact: boolean,
  say: Say,
): void {
  const neededBytes = (BigInt(processes) * BigInt(memoryMb) + WORKER_MB) * 1024n * 1024n;
  if (requests.memoryBytes < neededBytes) {
    say(
      `${name} asks for ${showMemory(requests.memoryBytes)} of memory in ${environmentName}, but rendering ${processes} documents of ${memoryMb} MB beside its own ${WORKER_MB} MB takes ${showMemory(neededBytes)}; ask for that or render less at once.`,
    );
  }
  const neededCpu = BigInt(processes) * 1000n + WORKER_MILLI_CPU;
  if (exact && requests.milliCpu < neededCpu) {
    say(
      `${name} asks for ${showCpu(requests.milliCpu)} cpu in ${environmentName}, but rendering ${processes} documents at once takes ${showCpu(neededCpu)} (one each and a half for the worker); ask for that or render less at once.`,
    );
  }
}

/** A pool whose pods ask in other proportions than its nodes have pays for CPU or memory that nobody can use. */
function judgeProportions(pools: Pools, say: Say): void {
  for (const [environmentName, environment] of pools.environments) {
    if (!environment.proportions) continue;
    for (const [poolName, pool] of pools.pools) {
      const asked = total(
        [...pools.workloads.values()].flatMap(({ pool: at, sizes }) => {
          const size = sizes.get(environmentName);
          return at !== poolName || size?.replicas === undefined
            ? []
            : [{ requests: size.requests, times: size.replicas }];
        }),
      );
      if (asked.milliCpu === 0n) continue;
      const room = roomOf(pools, environment, pool);
      const stranded = strandedPercent(asked, room);
      if (Math.abs(stranded) <= STRANDED_PERCENT_MAX) continue;
      const what = stranded > 0 ? "memory" : "cpu";
      say(
        `when the nodes of the pool ${poolName} are full in ${environmentName}, ${Math.abs(stranded)} % of their ${what} lies idle, since its pods ask for ${showMemory((asked.memoryBytes * 1000n) / asked.milliCpu)} per cpu and a node has ${showMemory((room.memoryBytes * 1000n) / room.milliCpu)}; take other machines or other requests.`,
      );
    }
  }
}

/** Of a full node: the percentage of memory that lies idle, or minus the percentage of CPU. */
export function strandedPercent(asked: Resources, room: Resources): number {
  const cpu = Number(asked.milliCpu) / Number(room.milliCpu);
  const memory = Number(asked.memoryBytes) / Number(room.memoryBytes);
  return Math.round(cpu >= memory ? (1 - memory / cpu) * 100 : (cpu / memory - 1) * 100);
}
