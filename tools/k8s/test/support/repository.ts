import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Repository, readRepository } from "../../src/check/repository.ts";
import type { Scene } from "../../src/check/scene.ts";
import { findKubectl } from "../../src/kubectl/find-kubectl.ts";
import { openValidator } from "../../src/schema/validate.ts";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));
export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

export const validate = openValidator();

let reading: Promise<Repository | undefined> | undefined;

/** The repository, read and built once for all tests; undefined where there is no kubectl, which CI does not put up with. */
export function repository(): Promise<Repository | undefined> {
  reading ??= read();
  return reading;
}

async function read(): Promise<Repository | undefined> {
  const kubectl = await findKubectl(root);
  if (kubectl.status === "absent") {
    if (process.env["CI"] !== undefined) throw new Error(kubectl.reason);
    console.log(`      nothing can be rendered: ${kubectl.reason}`);
    return undefined;
  }
  const found = await readRepository(root, kubectl);
  if (found.status === "unreadable") throw new Error(found.problems.join("\n"));
  return found.repository;
}

/** The overlay of a name. */
export function overlayOf({ overlays }: Repository, name: string): Scene {
  const scene = overlays.get(name);
  if (scene === undefined) throw new Error(`there is no overlay ${name} that could be built`);
  return scene;
}
