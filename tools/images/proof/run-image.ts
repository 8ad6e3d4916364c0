import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { USER_ID } from "../src/base.ts";
import { imageName } from "../src/images.ts";

/** A built image, mounted: nothing in it can be written. */
export interface MountedImage extends Disposable {
  readonly root: string;
  /** Starts a script of the image as the image's own user, with no capability, on a root that cannot be written. */
  start(
    script: string,
    env: Readonly<Record<string, string>>,
    writable?: readonly string[],
    args?: readonly string[],
  ): ChildProcess;
  /** Runs a program text in the image and answers with what it printed. */
  evaluate(text: string): string;
}

export function mountImage(folder: string): MountedImage {
  const container = buildah("from", "--pull-never", imageName(folder));
  const root = buildah("mount", container);
  return {
    root,
    start: (script, env, writable = [], args = []) =>
      spawn("bwrap", [...sandbox(root, env, writable), "node", script, ...args], {
        stdio: ["ignore", "inherit", "inherit"],
      }),
    evaluate: (text) =>
      execFileSync("bwrap", [...sandbox(root, {}, []), "node", "--eval", text], { encoding: "utf8" }).trim(),
    [Symbol.dispose]: () => {
      buildah("umount", container);
      buildah("rm", container);
    },
  };
}

function sandbox(root: string, env: Readonly<Record<string, string>>, writable: readonly string[]): readonly string[] {
  return [
    ...["--unshare-all", "--share-net", "--die-with-parent", "--as-pid-1"],
    ...["--ro-bind", root, "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"],
    ...writable.flatMap((path) => ["--bind", path, path]),
    ...["--uid", String(USER_ID), "--gid", String(USER_ID), "--cap-drop", "ALL", "--chdir", "/app", "--clearenv"],
    ...Object.entries({ PATH: "/usr/local/bin", NODE_ENV: "production", ...env }).flatMap(([name, value]) => [
      "--setenv",
      name,
      value,
    ]),
  ];
}

function buildah(...args: readonly string[]): string {
  return execFileSync("buildah", args, { encoding: "utf8" }).trim();
}
