// npm run images [-- <name> …] [--again]: builds the images with buildah, packs them into build/images, and says how large they are.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { makeBases } from "./base.ts";
import { buildImage } from "./build-image.ts";
import { IMAGES } from "./images.ts";
import { run, step } from "./run.ts";
import { writeSbom } from "./sbom.ts";

const NEEDED = { buildah: "buildah", mmdebstrap: "mmdebstrap", strip: "binutils", bwrap: "bubblewrap" };
const { values, positionals } = parseArgs({
  options: { again: { type: "boolean", default: false } },
  allowPositionals: true,
});

try {
  install();
  makeBases(process.execPath);
  const wanted = IMAGES.filter(
    (folder) => positionals.length === 0 || positionals.some((name) => folder.endsWith(`/${name}`)),
  );
  if (wanted.length === 0)
    throw new Error(`There is no image ${positionals.join(", ")}; there are ${IMAGES.join(", ")}.`);
  for (const folder of wanted) {
    const { name, digest, archive, packedBytes } = step(folder, () => buildImage(folder, { again: values.again }));
    const parts = writeSbom(folder, archive.replace(/\.tar$/, ".cdx.json"));
    console.log(`    ${name}  ${(packedBytes / 1e6).toFixed(1)} MB packed  ${parts} parts  ${digest}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Brings the tools from Debian's packages where that is allowed, and else says what is missing. */
function install(): void {
  const missing = Object.entries(NEEDED).filter(([tool]) => spawnSync(tool, ["--version"]).error !== undefined);
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  if (process.getuid?.() !== 0)
    throw new Error(`Images need ${packages.join(", ")}: install them with your package manager.`);
  step(`installing ${packages.join(", ")}`, () => {
    run("apt-get", ["update"]);
    run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages]);
  });
}
