import { spawnSync } from "node:child_process";

/** Runs a program and answers with what it printed; throws with its own words where it fails. */
export function run(
  program: string,
  args: readonly string[],
  options: { env?: Readonly<Record<string, string>>; quiet?: boolean } = {},
): string {
  const ended = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (ended.error !== undefined) throw new Error(`${program} could not be started: ${ended.error.message}`);
  if (ended.status !== 0) {
    const said = `${ended.stdout}\n${ended.stderr}`.trim().split("\n").slice(-20).join("\n");
    throw new Error(`${program} ${args.slice(0, 4).join(" ")} failed:\n${said}`);
  }
  return ended.stdout.trim();
}

/** Says what is being done and, at its end, how long it took. */
export function step<T>(title: string, work: () => T): T {
  const begun = performance.now();
  process.stdout.write(`  ${title} …`);
  const result = work();
  process.stdout.write(` ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
  return result;
}
