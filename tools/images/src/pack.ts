// node tools/images/src/pack.ts <workspace> <target>: lays out what a workspace needs at run time, and nothing else.
import { cpSync, existsSync, mkdirSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { isNeeded } from "./lean.ts";
import { nameOf, productionClosure } from "./production-closure.ts";

/** What a workspace runs from; its tests, settings for tools and documents stay behind. */
const RUN_TIME_PARTS = ["package.json", "src", "gen", "generated"];

/** Lays out a workspace with its closure under `target`, in the same folders as in the repository. */
export function pack(root: string, workspace: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  const { packages, workspaces } = productionClosure(root, workspace);
  for (const folder of packages) copyPackage(root, folder, target);
  for (const folder of workspaces) {
    for (const part of RUN_TIME_PARTS) copy(root, join(folder, part), target);
    linkWorkspace(root, folder, target);
  }
  if (workspace === "tools/migrate") {
    for (const service of readdirSync(join(root, "services")))
      copy(root, join("services", service, "prisma/migrations"), target);
  }
}

function copyPackage(root: string, folder: string, target: string): void {
  const name = nameOf(folder);
  const from = join(root, folder);
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = relative(from, join(entry.parentPath, entry.name));
    // A package's own node_modules are packages of their own in the closure.
    if (!entry.isFile() || path.startsWith("node_modules/") || !isNeeded(name, path)) continue;
    copy(root, join(folder, path), target);
  }
}

/** Workspaces are found by name through node_modules, as npm links them. */
function linkWorkspace(root: string, folder: string, target: string): void {
  const scope = join("node_modules", "@staymesh");
  for (const link of readdirSync(join(root, scope), { withFileTypes: true })) {
    if (!link.isSymbolicLink()) continue;
    const path = join(scope, link.name);
    if (relative(root, realpathSync(join(root, path))) !== folder) continue;
    mkdirSync(join(target, scope), { recursive: true });
    symlinkSync(readlinkSync(join(root, path)), join(target, path));
  }
}

function copy(root: string, path: string, target: string): void {
  if (!existsSync(join(root, path))) return;
  mkdirSync(dirname(join(target, path)), { recursive: true });
  cpSync(join(root, path), join(target, path), { recursive: true });
}

const [workspace, target] = process.argv.slice(2);
if (import.meta.main && workspace !== undefined && target !== undefined) pack(process.cwd(), workspace, target);
