import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Built, buildAll } from "../kubectl/build.ts";
import type { Kubectl } from "../kubectl/find-kubectl.ts";
import { overlayTargets, type Pair, pairTargets } from "../kubectl/targets.ts";
import { containersOf, podOwners } from "../objects/objects.ts";
import { notCurrent, readSources, renderAll, type Sources } from "../render/render-all.ts";
import { objectsOf } from "./check-overlay.ts";
import { mainFileOf } from "./environment.ts";
import { readLongestCalls } from "./longest-calls.ts";
import { openPrograms } from "./programs.ts";
import type { Scene } from "./scene.ts";
import { readSecrets, SECRETS_FILE } from "./secrets.ts";

/** Everything of the repository that is checked, read and built. */
export interface Repository {
  readonly sources: Sources;
  /** What is wrong before any overlay is looked at. */
  readonly problems: readonly string[];
  readonly overlays: ReadonlyMap<string, Scene>;
  readonly pairs: readonly (Pair & { readonly built: Built })[];
}

export type ReadRepository =
  | { readonly status: "read"; readonly repository: Repository }
  | { readonly status: "unreadable"; readonly problems: readonly string[] };

/** Reads the sources, holds the written files against them and builds every overlay and every pair of components. */
export async function readRepository(root: string, kubectl: Kubectl & { status: "found" }): Promise<ReadRepository> {
  const read = readSources(root);
  const secrets = readSecrets(readFileSync(join(root, SECRETS_FILE), "utf8"));
  if (read.status === "unsound") return { status: "unreadable", problems: read.problems };
  if (secrets.status === "unsound") return { status: "unreadable", problems: secrets.problems };
  const { sources } = read;
  const overlays = overlayTargets(root);
  const pairs = pairTargets(root, sources.graph);
  const built = await buildAll({ root, command: kubectl.command, version: kubectl.version }, [...overlays, ...pairs]);

  const problems = [...notCurrent(root, renderAll(sources))];
  const rendered = new Map(
    overlays.flatMap(({ name, folder }) => {
      const one = built.get(name);
      if (one?.status === "built") return [[name, objectsOf(one.objects)] as const];
      problems.push(`${folder}: kustomize refuses it: ${one?.reason ?? ""}`);
      return [];
    }),
  );
  const containers = [...rendered.values()].flatMap(podOwners).flatMap(containersOf);
  const programs = await openPrograms(
    root,
    containers.flatMap((container) => mainFileOf(container) ?? []),
  );
  const longestCalls = await readLongestCalls();
  const scenes = [...rendered].map(([name, objects]): [string, Scene] => [
    name,
    { name, objects, pools: sources.pools, graph: sources.graph, secrets: secrets.secrets, programs, longestCalls },
  ]);
  const tried = pairs.flatMap((pair) => {
    const one = built.get(pair.name);
    return one === undefined ? [] : [{ ...pair, built: one }];
  });
  return { status: "read", repository: { sources, problems, overlays: new Map(scenes), pairs: tried } };
}
