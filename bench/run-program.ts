import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Programs of Debian's that measure; where one is missing its rows are left out. */
const packages = { pgbench: "postgresql-contrib", h2load: "nghttp2-client", wrk: "wrk" } as const;
export type Program = keyof typeof packages;

export const isInstalled = (program: Program): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

export const howToInstall = (program: Program): string => `apt-get install ${packages[program]}`;

export const output = async (program: string, args: readonly string[], env = process.env): Promise<string> => {
  const { stdout, stderr } = await run(program, [...args], { env, maxBuffer: 64 * 1024 * 1024 });
  return stdout + stderr;
};
