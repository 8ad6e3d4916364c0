// `npm run changelog`: writes what has changed in the contract since the newest release into Unreleased of CHANGELOG.md.
import { readFileSync, writeFileSync } from "node:fs";
import { buildWorkTree } from "./contract/build-contract.ts";
import { changelogText, newestDay, readChangelog, withUnreleased } from "./contract/changelog.ts";
import { compareWithRelease } from "./contract/compare.ts";
import { releasedVersions } from "./contract/released.ts";

const file = "CHANGELOG.md";
process.chdir(new URL("..", import.meta.url).pathname);

try {
  const [newest] = releasedVersions();
  const log = readChangelog(readFileSync(file, "utf8"));
  // Seen from the day of the release, so that the same contract gives the same notes on every day.
  const { notes } = compareWithRelease(buildWorkTree("with comments"), newest, newestDay(log) ?? "");
  const text = changelogText(withUnreleased(log, notes));
  const isCurrent = text === readFileSync(file, "utf8");
  if (!isCurrent) writeFileSync(file, text);
  console.log(`${file} ${isCurrent ? "is current" : "is written"}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
