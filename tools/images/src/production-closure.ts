import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SERVED_ONLY } from "./lean.ts";

/** A package of the lock file, by the folder that it lies in ("node_modules/pino", "services/payment-svc"). */
interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

export interface Closure {
  /** Folders of installed packages, sorted. */
  readonly packages: readonly string[];
  /** Folders of workspaces, sorted, the first one's own among them. */
  readonly workspaces: readonly string[];
}

/**
 * Everything that a workspace needs at run time, by the lock file: its dependencies and theirs, and peers that are not optional. npm itself
 * would install optional peers too, and so bring command-line tools and browsers' parts into an image.
 */
export function productionClosure(root: string, workspace: string): Closure {
  const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(join(root, "package-lock.json"), "utf8"),
  );
  const packages = new Set<string>();
  const workspaces = new Set<string>();
  const visit = (folder: string) => {
    const locked = lock.packages[folder];
    if (locked === undefined) throw new Error(`the lock file does not know ${folder}`);
    if (locked.link === true) return visit(locked.resolved ?? "");
    const seen = folder.includes("node_modules/") ? packages : workspaces;
    if (seen.has(folder)) return;
    seen.add(folder);
    if (SERVED_ONLY.has(nameOf(folder))) return;
    for (const [name, needed] of neededBy(locked)) {
      const found = resolve(lock.packages, folder, name);
      if (found !== undefined && fitsImage(lock.packages[found])) visit(found);
      else if (found === undefined && needed)
        throw new Error(`${folder} needs ${name}, which the lock file does not have`);
    }
  };
  visit(workspace);
  return { packages: [...packages].sort(), workspaces: [...workspaces].sort() };
}

function neededBy(locked: LockedPackage): readonly (readonly [name: string, needed: boolean])[] {
  const peers = Object.keys(locked.peerDependencies ?? {}).filter(
    (name) => locked.peerDependenciesMeta?.[name]?.optional !== true,
  );
  const optional = new Set(Object.keys(locked.optionalDependencies ?? {}));
  return [
    ...Object.keys(locked.dependencies ?? {}).map((name) => [name, !optional.has(name)] as const),
    ...[...optional].map((name) => [name, false] as const),
    ...peers.map((name) => [name, false] as const),
  ];
}

/** Looks a name up as Node does: in the folder's own node_modules, then in those above it. */
function resolve(packages: Readonly<Record<string, LockedPackage>>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "") {
    const candidate = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === "") return undefined;
  }
}

function fitsImage(locked: LockedPackage | undefined): boolean {
  const fits = (list: readonly string[] | undefined, mine: string) => list === undefined || list.includes(mine);
  return fits(locked?.os, "linux") && fits(locked?.cpu, process.arch) && fits(locked?.libc, "glibc");
}

/** The name of an installed package, by its folder. */
export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
}
