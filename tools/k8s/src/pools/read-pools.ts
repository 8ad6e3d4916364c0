import { LineCounter, parseDocument } from "yaml";
import { type Fields, openFields } from "./fields.ts";
import { judgePools } from "./judge-pools.ts";
import {
  type Environment,
  type Machines,
  type NodeRange,
  POOLS_FILE,
  type Pool,
  type Pools,
  type Size,
  type WorkloadSizes,
} from "./pools.ts";

export type ReadPools =
  | { readonly status: "sound"; readonly pools: Pools }
  | { readonly status: "unsound"; readonly problems: readonly string[] };

/** Reads the text of k8s/pools.yaml: what it says, or everything that is wrong with it, a clear sentence each. */
export function readPools(text: string): ReadPools {
  const root = parseYaml(POOLS_FILE, text);
  if (root.status === "unsound") return root;
  const problems: string[] = [];
  const fields = openFields(POOLS_FILE, "", root.value, problems);
  fields.only(["label", "daemons", "environments", "pools", "workloads"]);
  const environments = mapOf(fields.fields("environments"), readEnvironment);
  const pooled = [...environments].filter(([, { placement }]) => placement === "pools").map(([name]) => name);
  const pools: Pools = {
    label: fields.text("label"),
    daemons: fields.resources("daemons"),
    environments,
    pools: mapOf(fields.fields("pools"), (pool) => readPool(pool, pooled)),
    workloads: mapOf(fields.fields("workloads"), (workload) => readWorkload(workload, [...environments.keys()])),
  };
  // What the numbers mean together is worth a word only once each of them can be read.
  if (problems.length === 0) problems.push(...judgePools(pools));
  return problems.length === 0 ? { status: "sound", pools } : { status: "unsound", problems };
}

export type ReadYaml =
  | { readonly status: "sound"; readonly value: unknown }
  | { readonly status: "unsound"; readonly problems: readonly string[] };

/** Parses YAML; a name that stands twice is a mistake. */
export function parseYaml(file: string, text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length === 0) return { status: "sound", value: document.toJS() };
  const problems = document.errors.map(({ code, message, pos }) => {
    const { line } = lines.linePos(pos[0]);
    if (code !== "DUPLICATE_KEY") return `${file}, line ${line}: this is not YAML: ${message}.`;
    const name = /^[^:\s]+/.exec(text.slice(pos[0]))?.[0] ?? "";
    return `${file}, line ${line}: ${name} stands there a second time; keep one of the two.`;
  });
  return { status: "unsound", problems };
}

function mapOf<T>(fields: Fields, read: (inner: Fields) => T): ReadonlyMap<string, T> {
  return new Map(fields.names().map((name) => [name, read(fields.fields(name))]));
}

function readEnvironment(fields: Fields): Environment {
  fields.only(["placement", "zones", "survives", "proportions", "shape"]);
  const placement = fields.oneOf("placement", ["pools", "anywhere"]);
  const zones = fields.list("zones");
  if (zones.length === 0) fields.problem(`${fields.at}.zones names no zone; a cluster has at least one.`);
  const survives = fields.list("survives").flatMap((word) => {
    if (word === "drain" || word === "zone") return [word] as const;
    fields.problem(`${fields.at}.survives has the word "${word}"; it may have drain and zone.`);
    return [];
  });
  if (placement === "anywhere" && !fields.has("shape")) {
    fields.problem(`${fields.at}.shape is missing; where there are no pools, it says what the one node has.`);
  }
  const proportions = fields.flag("proportions");
  return { placement, zones, survives, proportions, ...(fields.has("shape") && { shape: fields.resources("shape") }) };
}

function readPool(fields: Fields, environments: readonly string[]): Pool {
  fields.only(["holds", "shape", "taint", "memoryPerCpu", "nodes", "machines"]);
  const perCpu = fields.fields("memoryPerCpu");
  perCpu.only(["min", "max"]);
  const ranges = fields.fields("nodes");
  ranges.only(environments);
  return {
    holds: fields.text("holds"),
    shape: fields.resources("shape"),
    taint: fields.oneOf("taint", ["NoSchedule", "none"]),
    memoryPerCpu: {
      ...(perCpu.has("min") && { min: perCpu.quantity("min", "memory").amount }),
      ...(perCpu.has("max") && { max: perCpu.quantity("max", "memory").amount }),
    },
    nodes: new Map(environments.map((name): [string, NodeRange] => [name, ranges.range(name)])),
    machines: readMachines(fields.fields("machines")),
  };
}

function readMachines(fields: Fields): Machines {
  fields.only(["karpenter", "gke", "aks"]);
  const karpenter = fields.fields("karpenter");
  karpenter.only(["families", "spot"]);
  if (karpenter.list("families").length === 0) {
    fields.problem(`${karpenter.at}.families names no family of machines, so that Karpenter could make no node.`);
  }
  const gke = fields.fields("gke");
  gke.only(["type", "spot"]);
  const aks = fields.fields("aks");
  aks.only(["size"]);
  return {
    karpenter: { families: karpenter.list("families"), spot: karpenter.flag("spot") },
    gke: { type: gke.text("type"), spot: gke.flag("spot") },
    aks: { size: aks.text("size") },
  };
}

function readWorkload(fields: Fields, environments: readonly string[]): WorkloadSizes {
  fields.only(["pool", ...environments]);
  const present = environments.filter((name) => fields.has(name));
  if (present.length === 0) fields.problem(`${fields.at} has a size for no environment; take it out or give it one.`);
  return {
    pool: fields.text("pool"),
    sizes: new Map(present.map((name) => [name, readSize(fields.fields(name))])),
  };
}

function readSize(fields: Fields): Size {
  fields.only(["replicas", "cpu", "memory", "rendering"]);
  const cpu = fields.quantity("cpu", "cpu");
  const memory = fields.quantity("memory", "memory");
  const rendering = fields.fields("rendering");
  rendering.only(["processes", "memoryMb"]);
  return {
    ...(fields.has("replicas") && { replicas: fields.whole("replicas", 1) }),
    cpu: cpu.text,
    memory: memory.text,
    requests: { milliCpu: cpu.amount, memoryBytes: memory.amount },
    ...(fields.has("rendering") && {
      rendering: { processes: rendering.whole("processes", 1), memoryMb: rendering.whole("memoryMb", 256) },
    }),
  };
}
