// The released contracts with the sources that served them.
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { type Contract, loadContract } from "@staymesh/contract";
import { root } from "../architecture/sources.ts";
import { fromRunner } from "../support/parts.ts";
import type { SystemSource } from "../support/system.ts";

export interface Release {
  readonly version: string;
}

const folder = join(root, "proto/released");
const parts = (version: string) => version.split(".").map(Number);

/** Newest last. */
export const releases: readonly Release[] = readdirSync(folder)
  .flatMap((name) => /^v(\d+\.\d+\.\d+)\.binpb$/.exec(name)?.[1] ?? [])
  .toSorted((one, other) => {
    const theirs = parts(other);
    return (
      parts(one)
        .map((n, at) => n - (theirs[at] ?? 0))
        .find((n) => n !== 0) ?? 0
    );
  })
  .map((version) => ({ version }));

export const imageFile = ({ version }: Release): string => join(folder, `v${version}.binpb`);

export const releasedContract = (release: Release): Contract => loadContract(readFileSync(imageFile(release)));

export type OldSource = { readonly source: SystemSource; readonly tree: string } | { readonly missing: string };

/** The source of a release in a folder of its own, ready to run; or why it cannot be had here. */
export async function checkOut(release: Release): Promise<OldSource> {
  const { version } = release;
  const source = sourceOf(release);
  if (source === undefined) return { missing: `the history here does not tell from what ${version} was released` };
  const differing = otherDependencies(source);
  if (differing.length > 0) {
    return { missing: `${version} ran on other packages than are installed: ${differing.slice(0, 5).join(", ")}` };
  }
  const tree = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), `v${version}-`));
  const packed = execFileSync("git", ["archive", "--format=tar", source], { cwd: root, maxBuffer: 256 * 1024 * 1024 });
  execFileSync("tar", ["-x", "-C", tree], { input: packed });
  linkPackages(tree);
  if (!takePrismaClients(tree)) await promisify(execFile)(process.execPath, ["scripts/generate.ts"], { cwd: tree });
  return { tree, source: { constellation: (around) => constellationOf(tree, around) } };
}

/** The tag is the release; before it is there, the commit that wrote the image. A history that was cut off tells neither. */
function sourceOf(release: Release): string | undefined {
  if (git("rev-parse", "--is-shallow-repository") !== "false") return undefined;
  const image = relative(root, imageFile(release));
  return (
    git("rev-parse", "--verify", "--quiet", `refs/tags/v${release.version}^{commit}`) ??
    git("log", "-1", "--format=%H", "--", image)
  );
}

/** What git says; undefined where it says nothing or fails. */
function git(...args: readonly string[]): string | undefined {
  try {
    const said = execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return said === "" ? undefined : said;
  } catch {
    return undefined;
  }
}

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

/** What the old services need at run time and what is installed has to be the same, or another thing would be tested. */
function otherDependencies(source: string): readonly string[] {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 } as const;
  const then = needed(execFileSync("git", ["show", `${source}:package-lock.json`], options));
  const now = needed(readFileSync(join(root, "package-lock.json"), "utf8"));
  return [...then].filter(([name, version]) => now.get(name) !== version).map(([name]) => name);
}

function needed(lock: string): ReadonlyMap<string, string> {
  const { packages }: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(lock);
  return new Map(
    Object.entries(packages).flatMap(([name, { version, dev, link }]) =>
      name.startsWith("node_modules/") && dev !== true && link !== true && version !== undefined
        ? [[name, version]]
        : [],
    ),
  );
}

/** Others' packages as they are installed here, and the workspaces as they were then. */
function linkPackages(tree: string): void {
  const here = join(root, "node_modules");
  const there = join(tree, "node_modules");
  mkdirSync(join(there, "@staymesh"), { recursive: true });
  for (const name of readdirSync(here)) if (name !== "@staymesh") symlinkSync(join(here, name), join(there, name));
  for (const group of ["packages", "services", "tools"]) {
    for (const name of readdirSync(join(tree, group))) linkWorkspace(tree, join(tree, group, name));
  }
  linkWorkspace(tree, join(tree, "proto"));
}

function linkWorkspace(tree: string, path: string): void {
  if (!existsSync(join(path, "package.json"))) return;
  const { name }: { readonly name: string } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
  const link = join(tree, "node_modules", name);
  symlinkSync(relative(join(link, ".."), path), link);
}

/** What is generated of the same schema is the same, so it is made anew only where a schema has changed. */
function takePrismaClients(tree: string): boolean {
  const schema = "prisma/schema.prisma";
  const services = readdirSync(join(tree, "services")).filter((name) =>
    existsSync(join(tree, "services", name, schema)),
  );
  const text = (at: string, name: string) => readFileSync(join(at, "services", name, schema), "utf8");
  const isHere = (name: string) =>
    existsSync(join(root, "services", name, schema)) && text(root, name) === text(tree, name);
  if (!services.every(isHere)) return false;
  for (const name of services) {
    const generated = join("services", name, "generated");
    cpSync(join(root, generated), join(tree, generated), { recursive: true });
  }
  return true;
}

type Constellation = SystemSource["constellation"];

/** Asked in a process of its own, since the old program reads the old contract from where it is started. */
function constellationOf(tree: string, around: Parameters<Constellation>[0]): ReturnType<Constellation> {
  const services = ["reservation-svc", "payment-svc", "report-svc", "edge-rest"] as const;
  const urls = Object.fromEntries(services.map((service) => [service, around.databaseUrl(service)]));
  const program = `
    import { constellation } from "./scripts/start/constellation.ts";
    const { urls, ...around } = JSON.parse(process.argv[1]);
    console.log(JSON.stringify(constellation({ ...around, databaseUrl: (service) => urls[service] })));`;
  const words = ["--input-type=module", "-e", program, JSON.stringify({ ...around, urls })];
  const specs: ReturnType<Constellation> = JSON.parse(
    execFileSync(process.execPath, words, { cwd: tree, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
  );
  return specs.map((spec) => ({ ...spec, folder: join(tree, spec.folder) }));
}
