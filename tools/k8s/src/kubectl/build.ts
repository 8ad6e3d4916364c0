import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";

const run = promisify(execFile);

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Something that kustomize can build: a folder, or parts put together for a trial. */
export interface Target {
  readonly name: string;
  /** From the root. */
  readonly folder: string;
  /** The text of a kustomization that is written there first. */
  readonly kustomization?: string;
}

export type Built =
  | { readonly status: "built"; readonly objects: readonly unknown[] }
  | { readonly status: "refused"; readonly reason: string };

export interface Builder {
  readonly root: string;
  readonly command: string;
  readonly version: string;
}

/** Builds targets, a few at a time. What was built before from the very same files is taken from build/k8s. */
export async function buildAll(builder: Builder, targets: readonly Target[]): Promise<ReadonlyMap<string, Built>> {
  const state = digestOfFolder(builder.root);
  const built = new Map<string, Built>();
  const waiting = [...targets];
  const work = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      built.set(target.name, await buildOne(builder, target, state));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));
  return built;
}

interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly failed: boolean;
}

async function buildOne(builder: Builder, target: Target, state: string): Promise<Built> {
  const { root, version } = builder;
  const key = createHash("sha256").update(`${state}\n${version}\n${target.folder}\n${target.kustomization ?? ""}`);
  const file = join(root, "build/k8s/built", `${key.digest("hex").slice(0, 32)}.json`);
  const known: Answer | undefined = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const answer = known ?? (await ask(builder, target));
  if (known === undefined) writeWhole(file, JSON.stringify(answer));
  const said = answer.stderr.trim();
  if (answer.failed) return { status: "refused", reason: said };
  // kustomize warns of what it will not take much longer.
  if (said !== "") return { status: "refused", reason: said };
  return { status: "built", objects: parseAllDocuments(answer.stdout).map((document): unknown => document.toJS()) };
}

async function ask({ root, command }: Builder, { folder, kustomization }: Target): Promise<Answer> {
  const path = join(root, folder);
  if (kustomization !== undefined) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "kustomization.yaml"), kustomization);
  }
  try {
    const { stdout, stderr } = await run(command, ["kustomize", path], { maxBuffer: OUTPUT_BYTES_MAX });
    return { stdout, stderr, failed: false };
  } catch (error) {
    const stderr =
      error instanceof Error && "stderr" in error && typeof error.stderr === "string" ? error.stderr : String(error);
    return { stdout: "", stderr, failed: true };
  }
}

function digestOfFolder(root: string): string {
  const hash = createHash("sha256");
  for (const path of globSync("k8s/**/*", { cwd: root, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const full = join(path.parentPath, path.name);
    hash.update(`${relative(root, full)}\n`).update(createHash("sha256").update(readFileSync(full)).digest());
  }
  return hash.digest("hex");
}

function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
