import { Explained } from "../parts/explained.ts";

/** A version of a release: major, minor, patch. Releases have no other parts. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads "1.2.3" or "v1.2.3"; undefined for anything else. */
export function readVersion(text: string): Version | undefined {
  const match = /^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor, patch] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** The same for a version that a person gave; throws with what one looks like. */
export function askedVersion(text: string): Version {
  const version = readVersion(text);
  if (version === undefined) throw new Explained(`"${text}" is no version such as 0.2.0.`);
  return version;
}

export const versionText = ({ major, minor, patch }: Version): string => `${major}.${minor}.${patch}`;

/** Below zero where the first is earlier. */
export const compareVersions = (one: Version, other: Version): number =>
  one.major - other.major || one.minor - other.minor || one.patch - other.patch;

/** Whether a step may break callers: a new major version, and before 1.0.0 a new minor one (Semantic Versioning 2.0.0, items 4 and 8). */
export const mayBreak = (from: Version, to: Version): boolean =>
  to.major > from.major || (from.major === 0 && to.major === 0 && to.minor > from.minor);

/** The smallest version after this one that may break callers. */
export const nextBreaking = ({ major, minor }: Version): Version =>
  major === 0 ? { major, minor: minor + 1, patch: 0 } : { major: major + 1, minor: 0, patch: 0 };
