import type { Change } from "@staymesh/contract/diff";
import { Explained } from "../parts/explained.ts";
import { compareVersions, mayBreak, nextBreaking, type Version, versionText } from "./versions.ts";

export interface Asked {
  readonly version: Version;
  /** Make the newest release once more, because its tag is not there yet. */
  readonly again: boolean;
  /** The newest first. */
  readonly released: readonly Version[];
  readonly tagExists: boolean;
}

/** The release that this one is compared with, undefined for the first. Throws where the version cannot be released. */
export function releaseBefore({ version, again, released, tagExists }: Asked): Version | undefined {
  const text = versionText(version);
  const [newest, earlier] = released;
  if (tagExists) throw new Explained(`${text} is tagged: partners may have it, and it never changes.`);
  if (again) {
    if (newest === undefined || compareVersions(newest, version) !== 0) {
      throw new Explained(
        `Only the newest release can be made again${newest === undefined ? "" : `: ${versionText(newest)}`}.`,
      );
    }
    return earlier;
  }
  if (newest !== undefined && compareVersions(version, newest) <= 0) {
    const same = compareVersions(version, newest) === 0 ? `; to make it again: npm run release -- ${text} --again` : "";
    throw new Explained(`${text} is not later than ${versionText(newest)}, the newest release${same}.`);
  }
  return newest;
}

/** Throws where callers would be broken by a version that promises not to. */
export function checkStep(changes: readonly Change[], before: Version | undefined, version: Version): void {
  const breaking = changes.filter((change) => change.breaking);
  if (before === undefined || breaking.length === 0 || mayBreak(before, version)) return;
  const list = breaking.map(({ subject, kind, why }) => `- ${subject}, ${kind}: ${why}`).join("\n");
  throw new Explained(
    `${versionText(version)} would break callers of ${versionText(before)}:\n${list}\nTake it back, or release ${versionText(nextBreaking(before))}.`,
  );
}
