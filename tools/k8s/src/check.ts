// npm run k8s:check: everything about k8s/ that can be known without a cluster.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { checkOverlay, checkSchema } from "./check/check-overlay.ts";
import { checkPair } from "./check/check-pair.ts";
import type { Placement } from "./check/placement.ts";
import { type Repository, readRepository } from "./check/repository.ts";
import { findKubectl } from "./kubectl/find-kubectl.ts";
import { openValidator } from "./schema/validate.ts";
import { agreementTable } from "./vectors/agreement.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

function showPlacement({ table, notes }: Placement): void {
  for (const [workload, nodes] of [...table].sort()) {
    const places = [...nodes].sort().map(([node, count]) => (count === 1 ? node : `${node} (${count})`));
    console.log(`    ${workload.padEnd(16)} ${places.join(", ")}`);
  }
  for (const note of notes) console.log(`    note: ${note}`);
}

function check({ problems, overlays, pairs }: Repository): readonly string[] {
  const validate = openValidator();
  const found = [...problems];
  for (const path of globSync("k8s/nodepools/karpenter/*.yaml", { cwd: root })) {
    const objects = parseAllDocuments(readFileSync(join(root, path), "utf8")).map((document): unknown =>
      document.toJS(),
    );
    found.push(...checkSchema(objects, validate).map((problem) => `${path}: ${problem}`));
  }
  for (const [name, scene] of overlays) {
    const { problems: wrong, placement } = checkOverlay(scene, validate);
    console.log(
      `  overlay ${name}: ${scene.objects.length} objects, ${wrong.length === 0 ? "sound" : `${wrong.length} problems`}`,
    );
    if (placement !== undefined) showPlacement(placement);
    found.push(...wrong.map((problem) => `${name}: ${problem}`));
  }
  found.push(...pairs.flatMap((pair) => checkPair(pair, validate)));
  const exclusive = pairs.filter((pair) => pair.exclusive).length;
  console.log(
    `  ${pairs.length} pairs of components: ${pairs.length - exclusive} go together, ${exclusive} exclude each other`,
  );
  return found;
}

console.log("  the scheduling simulation against what a real kube-scheduler did:");
for (const line of agreementTable()) console.log(`    ${line}`);
const kubectl = await findKubectl(root);
if (kubectl.status === "absent") {
  console.error(`Nothing can be rendered: ${kubectl.reason}.`);
  process.exitCode = 1;
} else {
  const read = await readRepository(root, kubectl);
  const problems = read.status === "unreadable" ? read.problems : check(read.repository);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  console.log(problems.length === 0 ? "  k8s/ is sound" : `  ${problems.length} problems`);
}
