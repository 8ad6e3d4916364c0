import { Explained } from "../parts/explained.ts";
import { killGroup } from "../parts/kept-process.ts";
import type { Check } from "./checks.ts";
import { runCheck, runChecks } from "./checks.ts";
import { startTestParts, type TestParts } from "./parts.ts";
import {
  type Counts,
  finishLane,
  lanesOf,
  type RunningLane,
  splitArguments,
  startLane,
  sumOf,
  testFiles,
} from "./run-mocha.ts";

let lanes: readonly RunningLane[] = [];
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    interrupted = true;
    for (const lane of lanes) killGroup(lane.process.child.pid);
  });
}

async function run(args: readonly string[]): Promise<number> {
  const { paths, flags } = splitArguments(args);
  const whole = paths.length === 0;
  const files = testFiles(paths);
  const checks: Check[] = [];
  // Generated code is compared before it is made anew, so that a forgotten commit is seen.
  if (whole) checks.push(await runCheck("generated code is current", ["node", "scripts/generate.ts", "--check"]));
  const generated = await runCheck("generate", ["node", "scripts/generate.ts"]);
  if (!generated.passed) throw new Explained("Nothing can be tested until the code can be generated.");
  if (whole) checks.push(...(await runChecks()));
  if (interrupted) return 130;
  const start = performance.now();
  await using parts = await startTestParts();
  console.log(`  PostgreSQL and the migrated templates: ready (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  checks.push(...parts.broken.map((service) => ({ name: `the migrations of ${service}`, passed: false })));
  if (interrupted) return 130;
  lanes = lanesOf(files, whole).map((lane) => startLane(lane, flags, parts));
  const counts = sumOf(await finishLanes(parts));
  if (interrupted) return 130;
  for (const { name } of checks.filter((check) => !check.passed)) console.log(`FAILED: ${name}`);
  const passed = counts.passes + checks.filter((check) => check.passed).length;
  const failed = counts.failures + checks.filter((check) => !check.passed).length;
  console.log(`${passed} passed, ${failed} failed${counts.pending > 0 ? `, ${counts.pending} skipped` : ""}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

// All of them run; they are shown one after the other.
async function finishLanes(parts: TestParts): Promise<readonly Counts[]> {
  const ends = lanes.map((lane) => finishLane(lane, parts));
  // Looked at below, in their order.
  for (const end of ends) end.catch(() => undefined);
  const counts: Counts[] = [];
  for (const [index, lane] of lanes.entries()) {
    lane.show();
    const end = await ends[index];
    if (end !== undefined) counts.push(end);
  }
  return counts;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Explained ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = interrupted ? 130 : 1;
}
