import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { Explained } from "../parts/explained.ts";

/** What git says, whether it succeeds or not. */
export const git = (...args: readonly string[]): SpawnSyncReturns<string> => runProgram("git", args);

/** Runs a program of the system's. */
export function runProgram(name: string, args: readonly string[]): SpawnSyncReturns<string> {
  const run = spawnSync(name, [...args], { encoding: "utf8" });
  if (run.error !== undefined) throw new Explained(`${name} cannot be run: ${run.error.message}`);
  return run;
}

/** The commit that a ref means; undefined where there is none. Throws where there is no repository. */
export function commitOf(ref: string): string | undefined {
  const run = git("rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
  // A ref that does not exist is passed over in silence; whatever else fails is said.
  if (run.status !== 0 && run.stderr.trim() !== "") throw new Explained(run.stderr.trim());
  return run.status === 0 ? run.stdout.trim() : undefined;
}
