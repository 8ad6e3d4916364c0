import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareVersions, readVersion, type Version, versionText } from "./versions.ts";

const folder = "proto/released";

export const imageFile = (version: Version): string => `${folder}/v${versionText(version)}.binpb`;

/** The versions whose contracts are kept below a root folder, the newest first. */
export function releasedVersions(root = "."): readonly Version[] {
  const path = join(root, folder);
  return (existsSync(path) ? readdirSync(path) : [])
    .filter((name) => name.endsWith(".binpb"))
    .map((name) => readVersion(name.slice(0, -".binpb".length)))
    .filter((version) => version !== undefined)
    .sort((one, other) => compareVersions(other, one));
}

export const releasedImage = (version: Version, root = "."): Uint8Array => readFileSync(join(root, imageFile(version)));
