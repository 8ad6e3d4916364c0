// `npm run contract:diff [-- <git ref or released version>] [--json]`: what has changed in the contract since then, and whom it breaks.
// Ends with 1 where something breaks, and with 2 where it cannot be said.
import { parseArgs } from "node:util";
import { loadContract } from "@staymesh/contract";
import { diffContracts } from "@staymesh/contract/diff";
import { buildAt, buildWorkTree } from "./contract/build-contract.ts";
import { changesText } from "./contract/print-changes.ts";
import { releasedImage, releasedVersions } from "./contract/released.ts";
import { compareVersions, readVersion, type Version, versionText } from "./contract/versions.ts";
import { Explained } from "./parts/explained.ts";

process.chdir(new URL("..", import.meta.url).pathname);

function run(args: string[]): boolean {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
  if (positionals.length > 1)
    throw new Explained("usage: npm run contract:diff [-- <git ref or released version>] [--json]");
  const from = oldContract(positionals[0]);
  const today = new Date().toISOString().slice(0, 10);
  const next = loadContract(buildWorkTree("without comments"));
  const changes = diffContracts(loadContract(from.image), next, { today });
  const title = `${from.name} -> work tree`;
  console.log(
    values.json === true
      ? JSON.stringify({ from: from.name, to: "work tree", changes }, undefined, 2)
      : changesText(changes, title, process.stdout.isTTY && process.env["NO_COLOR"] === undefined),
  );
  return changes.some(({ breaking }) => breaking);
}

interface Old {
  readonly name: string;
  readonly image: Uint8Array;
}

// A released image is what partners have, whatever a tag of the same name points at.
function oldContract(ref: string | undefined): Old {
  const versions = releasedVersions();
  if (ref === undefined) {
    const [newest] = versions;
    if (newest === undefined) throw new Explained("Nothing is released yet; name a git ref.");
    return released(newest);
  }
  const version = readVersion(ref);
  const known = versions.find((one) => version !== undefined && compareVersions(one, version) === 0);
  return known === undefined ? { name: ref, image: buildAt(ref) } : released(known);
}

const released = (version: Version): Old => ({ name: `v${versionText(version)}`, image: releasedImage(version) });

try {
  process.exitCode = run(process.argv.slice(2)) ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
