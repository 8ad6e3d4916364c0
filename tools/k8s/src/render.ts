// npm run k8s:render: writes everything that follows from k8s/pools.yaml and k8s/calls.yaml.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { leftBehind, notCurrent, readSources, renderAll } from "./render/render-all.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const read = readSources(root);
if (read.status === "unsound") {
  for (const problem of read.problems) console.error(problem);
  process.exitCode = 1;
} else {
  const rendered = renderAll(read.sources);
  const changes = notCurrent(root, rendered).length;
  for (const { path, text, executable } of rendered) {
    const file = join(root, "k8s", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (executable === true) chmodSync(file, 0o755);
  }
  const texts = new Map(rendered.map(({ path, text }) => [path, text]));
  for (const path of leftBehind(root, texts)) rmSync(join(root, "k8s", path));
  console.log(
    changes === 0 ? `${rendered.length} files are current` : `${changes} of ${rendered.length} files written`,
  );
}
