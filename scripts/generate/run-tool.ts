import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

// Runs a tool of node_modules/.bin; what it says is shown only where it fails.
export function runTool(
  name: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const bin = resolve("node_modules/.bin");
  const run = spawnSync(resolve(bin, name), [...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, ...options.env },
    encoding: "utf8",
  });
  if (run.error !== undefined) throw new Error(`${name} cannot be run: ${run.error.message}`);
  if (run.status !== 0) throw new Error(`${name} ${args.join(" ")} failed:\n${run.stdout}${run.stderr}`.trimEnd());
}

// Buf wants a cache folder of its own; the one under build/ serves users without a home as well.
export function runBuf(args: readonly string[]): void {
  runTool("buf", args, { env: { BUF_CACHE_DIR: resolve("build/buf-cache") } });
}
