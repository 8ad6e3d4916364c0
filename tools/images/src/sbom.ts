import { readFileSync, writeFileSync } from "node:fs";
import { nameOf, productionClosure } from "./production-closure.ts";
import { run } from "./run.ts";

interface Component {
  readonly name: string;
  readonly version: string;
}

/**
 * Writes the bill of materials of an image (CycloneDX): npm's own for the whole workspace, cut down to what the image holds. Answers with
 * how many parts it names, and throws where npm does not know one of them.
 */
export function writeSbom(folder: string, file: string): number {
  const { packages, workspaces } = productionClosure(".", folder);
  const inside = new Map([
    ...packages.map((path) => [`${nameOf(path)}@${manifest(path).version}`, path] as const),
    ...workspaces.map((path) => [`${manifest(path).name}@${manifest(path).version}`, path] as const),
  ]);
  const bom: { readonly components: readonly Component[] } = JSON.parse(
    run("npm", ["sbom", "--sbom-format=cyclonedx", "--package-lock-only"]),
  );
  const components = bom.components.filter(({ name, version }) => inside.delete(`${name}@${version}`));
  const unknown = [...inside.values()].filter((path) => path.includes("node_modules/"));
  if (unknown.length > 0) throw new Error(`the bill of materials of ${folder} lacks ${unknown.join(", ")}`);
  writeFileSync(file, `${JSON.stringify({ ...bom, components }, null, 2)}\n`);
  return components.length;
}

function manifest(folder: string): { readonly name: string; readonly version: string } {
  return JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
}
