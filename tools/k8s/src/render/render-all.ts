import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CALLS_FILE, type CallGraph, readCalls } from "../calls/calls.ts";
import { POOLS_FILE, type Pools } from "../pools/pools.ts";
import { readPools } from "../pools/read-pools.ts";
import { declaredWorkloads } from "./declared.ts";
import { renderKarpenter } from "./karpenter.ts";
import { header, type Rendered } from "./manifest.ts";
import { renderNodeScripts } from "./node-scripts.ts";
import { renderPolicies } from "./policies.ts";
import { type Declared, renderPoolComponents } from "./pools-components.ts";

export interface Sources {
  readonly pools: Pools;
  readonly graph: CallGraph;
  readonly declared: readonly Declared[];
}

export type ReadSources =
  | { readonly status: "sound"; readonly sources: Sources }
  | { readonly status: "unsound"; readonly problems: readonly string[] };

/** Reads the two files that the rest is written from. */
export function readSources(root: string): ReadSources {
  const pools = readPools(readFileSync(join(root, POOLS_FILE), "utf8"));
  const calls = readCalls(readFileSync(join(root, CALLS_FILE), "utf8"));
  const declared = declaredWorkloads(join(root, "k8s"));
  if (pools.status === "unsound" || calls.status === "unsound") {
    const problems = [pools, calls].flatMap((read) => (read.status === "unsound" ? read.problems : []));
    return { status: "unsound", problems };
  }
  const problems = unknownNames(pools.pools, declared);
  if (problems.length > 0) return { status: "unsound", problems };
  return { status: "sound", sources: { pools: pools.pools, graph: calls.graph, declared } };
}

/** Workloads of pools.yaml that nobody declares, and those that are declared but have no line there. */
export function unknownNames(pools: Pools, declared: readonly Declared[]): readonly string[] {
  const names = declared.map(({ workload }) => workload);
  const strangers = [...pools.workloads.keys()].filter((name) => !names.includes(name));
  const homeless = names.filter((name) => !pools.workloads.has(name));
  return [
    ...strangers.map(
      (name) =>
        `${POOLS_FILE}: there is no workload ${name} in k8s/base or k8s/components; there are ${names.join(", ")}.`,
    ),
    ...homeless.map((name) => `${POOLS_FILE}: ${name} has no pool and no size; give it an entry below "workloads".`),
  ];
}

/** Every file that is written from pools.yaml and calls.yaml. */
export function renderAll({ pools, graph, declared }: Sources): readonly Rendered[] {
  return [
    ...renderPolicies(graph),
    ...renderPoolComponents(pools, declared),
    ...renderKarpenter(pools),
    ...renderNodeScripts(pools),
  ];
}

/** What of the written files is not as it would be written now. */
export function notCurrent(root: string, rendered: readonly Rendered[]): readonly string[] {
  const texts = new Map(rendered.map(({ path, text }) => [path, text]));
  const remedy = "run npm run k8s:render and commit what it writes";
  const stale = rendered
    .filter(({ path, text }) => readIfThere(join(root, "k8s", path)) !== text)
    .map(({ path }) => `k8s/${path} is not what pools.yaml and calls.yaml say; ${remedy}.`);
  const left = leftBehind(root, texts).map((path) => `k8s/${path} is written by nothing any more; ${remedy}.`);
  return [...stale, ...left];
}

/** Files that were written once and would not be now. */
export function leftBehind(root: string, texts: ReadonlyMap<string, string>): readonly string[] {
  const k8s = join(root, "k8s");
  const mark = header("").slice(0, header("").indexOf("from"));
  return globSync("**/*.{yaml,sh}", { cwd: k8s }).filter(
    (path) => !texts.has(path) && readFileSync(join(k8s, path), "utf8").includes(mark),
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
