import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { CallGraph } from "../calls/calls.ts";
import type { Target } from "./build.ts";

/** The overlays of k8s/overlays by their names. */
export function overlayTargets(root: string): readonly Target[] {
  return globSync("k8s/overlays/*/kustomization.yaml", { cwd: root })
    .map(dirname)
    .sort()
    .map((folder) => ({ name: folder.slice("k8s/overlays/".length), folder }));
}

export interface Pair extends Target {
  /** Two answers to one question ("where is PostgreSQL?"), which must not go together. */
  readonly exclusive: boolean;
}

/** Of the pools' components an overlay has exactly one, and each is built in its own; in the pairs one stands for all. */
const POOLS_OF_PAIRS = "components/pools/prod";

/** The base with every two components, those left out that only put other ones together. */
export function pairTargets(root: string, { parts }: CallGraph): readonly Pair[] {
  const alternatives = [...parts.values()].flatMap(({ folder, outside }) =>
    outside === undefined ? [] : [`${folder} ${outside.folder}`],
  );
  const components = globSync("k8s/components/**/kustomization.yaml", { cwd: root })
    .filter((path) => !/^components:/m.test(readFileSync(join(root, path), "utf8")))
    .map((path) => dirname(path).slice("k8s/".length))
    .filter((path) => !path.startsWith("components/pools/") || path === POOLS_OF_PAIRS)
    .sort();
  return components.flatMap((one, index) =>
    components.slice(index + 1).map((other): Pair => {
      const short = (path: string) => path.slice("components/".length);
      const name = `${short(one)} + ${short(other)}`;
      const folder = `build/k8s/pairs/${name.replaceAll(/[^a-z0-9]+/g, "-")}`;
      const to = (path: string) => relative(folder, `k8s/${path}`);
      const kustomization = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: staymesh
resources: [${to("base")}]
components: [${to(one)}, ${to(other)}]
`;
      const exclusive = alternatives.includes(`${one} ${other}`) || alternatives.includes(`${other} ${one}`);
      return { name, folder, kustomization, exclusive };
    }),
  );
}
