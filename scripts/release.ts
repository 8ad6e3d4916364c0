// `npm run release -- <version> [--again]`: keeps the contract as a released one, writes its section of CHANGELOG.md and the version of
// package.json, and says which tag to make. --again makes the newest release once more, as long as its tag is not there.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { buildWorkTree } from "./contract/build-contract.ts";
import { changelogText, readChangelog, withRelease } from "./contract/changelog.ts";
import { compareWithRelease } from "./contract/compare.ts";
import { commitOf } from "./contract/git.ts";
import { checkStep, releaseBefore } from "./contract/plan-release.ts";
import { imageFile, releasedVersions } from "./contract/released.ts";
import { askedVersion, type Version, versionText } from "./contract/versions.ts";
import { Explained } from "./parts/explained.ts";

const changelog = "CHANGELOG.md";
process.chdir(new URL("..", import.meta.url).pathname);

function run(args: string[]): void {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { again: { type: "boolean" } } });
  const [text, ...more] = positionals;
  if (text === undefined || more.length > 0) throw new Explained("usage: npm run release -- <version> [--again]");
  const version = askedVersion(text);
  const tag = `v${versionText(version)}`;
  const asked = { version, again: values.again === true, released: releasedVersions() };
  const before = releaseBefore({ ...asked, tagExists: commitOf(`refs/tags/${tag}`) !== undefined });
  const day = new Date().toISOString().slice(0, 10);
  const { changes, notes } = compareWithRelease(buildWorkTree("with comments"), before, day);
  checkStep(changes, before, version);
  mkdirSync(dirname(imageFile(version)), { recursive: true });
  writeFileSync(imageFile(version), buildWorkTree("without comments"));
  const log = readChangelog(readFileSync(changelog, "utf8"));
  writeFileSync(changelog, changelogText(withRelease(log, { version: versionText(version), day, contract: notes })));
  writeVersion(version);
  console.log(`${tag}: ${changes.length} changes of the contract. Read its section of ${changelog}, and then:`);
  console.log(`  git add ${imageFile(version)} ${changelog} package.json package-lock.json`);
  console.log(`  git commit -m "release: ${versionText(version)}"`);
  console.log(`  git tag -a ${tag} -m "staymesh ${versionText(version)}"`);
}

// The first "version" is that of the whole in package.json, the first two in the lock file; the workspaces' own say nothing to partners.
function writeVersion(version: Version): void {
  for (const [file, times] of [["package.json", 1] as const, ["package-lock.json", 2] as const]) {
    let left: number = times;
    const text = readFileSync(file, "utf8");
    const next = text.replaceAll(/"version": "[^"]*"/g, (found) =>
      left-- > 0 ? `"version": "${versionText(version)}"` : found,
    );
    if (next !== text) writeFileSync(file, next);
  }
}

try {
  run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
