import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Explained } from "../parts/explained.ts";
import type { KeptProcess } from "../parts/kept-process.ts";
import { keep, killGroup } from "../parts/kept-process.ts";
import type { TestParts } from "./parts.ts";

export interface Counts {
  readonly passes: number;
  readonly failures: number;
  readonly pending: number;
}

const everything = ["packages", "services", "tools", "test"];
const graceMs = 20_000;

// Arguments that exist are files or folders with tests; the others are mocha's.
export function splitArguments(args: readonly string[]): {
  readonly paths: readonly string[];
  readonly flags: readonly string[];
} {
  const exists = (arg: string) => statSync(arg, { throwIfNoEntry: false }) !== undefined;
  return { paths: args.filter(exists), flags: args.filter((arg) => !exists(arg)) };
}

export function testFiles(paths: readonly string[]): readonly string[] {
  const roots = paths.length === 0 ? everything : paths;
  const files = roots.flatMap((root) =>
    statSync(root, { throwIfNoEntry: false })?.isDirectory() === true
      ? globSync(`${root}/**/*.test.ts`, { exclude: (name) => name === "node_modules" || name === "generated" })
      : [root],
  );
  return [...new Set(files)].sort();
}

export function startMocha(files: readonly string[], flags: readonly string[], parts: TestParts): KeptProcess {
  const env = { ...process.env, ...parts.env, STAYMESH_TEST_COUNTS: countsFile(parts), NODE_ENV: "test" };
  const args = ["--reporter", "scripts/test/reporter.cjs", ...flags, ...files];
  return keep("mocha", args, { env, stdio: ["ignore", "inherit", "inherit"] }, () => undefined);
}

// Waits for the counts and then for the end: tests that leave something running have failed to clean up.
export async function finishMocha(mocha: KeptProcess, parts: TestParts): Promise<Counts> {
  const ended = mocha.exited.then(() => true);
  while (!(await Promise.race([ended, delay(200, false)]))) {
    if (readCounts(parts) === undefined) continue;
    if (await Promise.race([ended, delay(graceMs, false, { ref: false })])) break;
    console.log("  The tests are over, but their process does not end: something was left open.");
    killGroup(mocha.child.pid);
    await mocha.exited;
    const counts = readCounts(parts);
    if (counts !== undefined) return { ...counts, failures: counts.failures + 1 };
  }
  const counts = readCounts(parts);
  // Whatever the tests started and forgot goes with their process group.
  killGroup(mocha.child.pid);
  if (counts === undefined) throw new Explained(`The test process ended early (${await mocha.exited}).`);
  return counts;
}

function countsFile(parts: TestParts): string {
  return join(parts.folder, "counts.json");
}

function readCounts(parts: TestParts): Counts | undefined {
  try {
    return JSON.parse(readFileSync(countsFile(parts), "utf8"));
  } catch {
    return undefined;
  }
}
