import { once } from "node:events";
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

export interface Lane {
  readonly name: string;
  readonly files: readonly string[];
  // From which its tests take their ports.
  readonly ports: string;
}

// Most tests wait for something, so that two lanes of them take little more than half the time. What somebody names goes in one.
export function lanesOf(files: readonly string[], whole: boolean): readonly Lane[] {
  const isWide = (file: string) => file.startsWith("test/");
  const lanes: readonly Lane[] = whole
    ? [
        { name: "parts", files: files.filter((file) => !isWide(file)), ports: "20000-26000" },
        { name: "whole", files: files.filter(isWide), ports: "26000-32000" },
      ]
    : [{ name: "named", files, ports: "20000-32000" }];
  return lanes.filter((lane) => lane.files.length > 0);
}

export interface RunningLane {
  readonly lane: Lane;
  readonly process: KeptProcess;
  // Everything that it said has been taken.
  readonly silent: Promise<unknown>;
  // Shows what was held back, and from then on everything as it comes.
  show(): void;
}

// Starts the tests of a lane; what they say is held back until it is shown, so that two lanes do not talk at the same time.
export function startLane(lane: Lane, flags: readonly string[], parts: TestParts): RunningLane {
  const settings = { STAYMESH_TEST_COUNTS: countsFile(parts, lane), STAYMESH_FREE_PORTS: lane.ports, NODE_ENV: "test" };
  const colours = process.stdout.isTTY ? ["--color"] : [];
  const args = ["--reporter", "scripts/test/reporter.cjs", ...colours, ...flags, ...lane.files];
  const held: string[] = [];
  let shown = false;
  const running = keep(
    "mocha",
    args,
    { env: { ...process.env, ...parts.env, ...settings }, stdio: ["ignore", "pipe", "pipe"] },
    (line) => {
      if (shown) console.log(line);
      else held.push(line);
    },
  );
  const show = () => {
    if (shown) return;
    shown = true;
    for (const line of held) console.log(line);
  };
  return { lane, process: running, silent: once(running.child, "close").catch(() => undefined), show };
}

// Waits for the counts and then for the end: tests that leave something running have failed to clean up.
export async function finishLane(
  { lane, process: mocha, silent, show }: RunningLane,
  parts: TestParts,
): Promise<Counts> {
  const ended = mocha.exited.then(() => true);
  while (!(await Promise.race([ended, delay(200, false)]))) {
    if (readCounts(parts, lane) === undefined) continue;
    if (await Promise.race([ended, delay(graceMs, false, { ref: false })])) break;
    show();
    console.log("  The tests are over, but their process does not end: something was left open.");
    killGroup(mocha.child.pid);
    await mocha.exited;
    const counts = readCounts(parts, lane);
    if (counts !== undefined) return { ...counts, failures: counts.failures + 1 };
  }
  const counts = readCounts(parts, lane);
  // Whatever the tests started and forgot goes with their process group.
  killGroup(mocha.child.pid);
  await Promise.race([silent, delay(graceMs, undefined, { ref: false })]);
  if (counts !== undefined) return counts;
  show();
  throw new Explained(`The test process ended early (${await mocha.exited}).`);
}

export function sumOf(counts: readonly Counts[]): Counts {
  const sum = (count: (of: Counts) => number) => counts.reduce((total, each) => total + count(each), 0);
  return {
    passes: sum(({ passes }) => passes),
    failures: sum(({ failures }) => failures),
    pending: sum(({ pending }) => pending),
  };
}

function countsFile(parts: TestParts, { name }: Lane): string {
  return join(parts.folder, `counts-${name}.json`);
}

function readCounts(parts: TestParts, lane: Lane): Counts | undefined {
  try {
    return JSON.parse(readFileSync(countsFile(parts, lane), "utf8"));
  } catch {
    return undefined;
  }
}
