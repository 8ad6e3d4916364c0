import { type Contract, loadContract, readComments } from "@staymesh/contract";
import { type Change, diffContracts } from "@staymesh/contract/diff";
import { contractNotes } from "./contract-notes.ts";
import { releasedImage } from "./released.ts";
import { type Version, versionText } from "./versions.ts";

/** What has changed since a release, and the notes about it; since nothing, where there is none. */
export interface Comparison {
  readonly changes: readonly Change[];
  readonly notes: string;
}

/** `image` is the new contract with comments; `today` is an ISO day. */
export function compareWithRelease(
  image: Uint8Array,
  since: Version | undefined,
  today: string,
  root = ".",
): Comparison {
  const next = loadContract(image);
  const changes = diffContracts(oldContract(since, root), next, { today });
  const text = since === undefined ? undefined : versionText(since);
  return { changes, notes: contractNotes(changes, text, readComments(next)) };
}

const oldContract = (since: Version | undefined, root: string): Contract =>
  loadContract(since === undefined ? new Uint8Array() : releasedImage(since, root));
