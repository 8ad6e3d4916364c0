import { readFileSync, writeFileSync } from "node:fs";
import { nameOf, productionClosure } from "./production-closure.ts";
import { run } from "./run.ts";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly group?: string;
}

interface Bom {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Writes the bill of materials of an image (CycloneDX): npm's own, less what the image leaves out. */
export function writeSbom(folder: string, file: string): number {
  const { packages, workspaces } = productionClosure(".", folder);
  const inside = new Set(packages.map((path) => `${nameOf(path)}@${versionOf(path)}`));
  for (const workspace of workspaces) inside.add(`${manifest(workspace).name}@${manifest(workspace).version}`);
  const { name } = manifest(folder);
  const bom: Bom = JSON.parse(
    run("npm", ["sbom", "--sbom-format=cyclonedx", "--omit=dev", "--package-lock-only", `--workspace=${name}`]),
  );
  const components = bom.components.filter(
    ({ group, name: own, version }) =>
      inside.has(`${group === undefined ? own : `${group}/${own}`}@${version}`) || inside.has(`${own}@${version}`),
  );
  writeFileSync(file, `${JSON.stringify({ ...bom, components }, null, 2)}\n`);
  return components.length;
}

function versionOf(folder: string): string {
  return manifest(folder).version;
}

function manifest(folder: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}
