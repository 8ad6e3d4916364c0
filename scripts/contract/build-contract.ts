import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { protoDeps } from "../generate/contracts.ts";
import { runBuf } from "../generate/run-tool.ts";
import { Explained } from "../parts/explained.ts";
import { commitOf, git, runProgram } from "./git.ts";

/** The image of the contract in the work tree: with comments, or as it is released. */
export function buildWorkTree(comments: "with comments" | "without comments"): Uint8Array {
  protoDeps();
  return inTemporaryFolder((folder) => build(".", join(folder, "api.binpb"), comments));
}

/** The image of the contract as it was at a git ref, built with the third-party protos and the buf of today. */
export function buildAt(ref: string): Uint8Array {
  const commit = commitOf(ref);
  if (commit === undefined) throw new Explained(`There is neither a git ref nor a released contract "${ref}".`);
  protoDeps();
  return inTemporaryFolder((folder) => {
    const archive = join(folder, "contract.tar");
    const run = git("archive", "--output", archive, commit, "buf.yaml", "proto/staymesh");
    if (run.status !== 0) throw new Explained(`${ref} has no contract: ${run.stderr.trim()}`);
    const unpacked = runProgram("tar", ["-xf", archive, "-C", folder]);
    if (unpacked.status !== 0) throw new Error(`the archive of ${ref} cannot be unpacked: ${unpacked.stderr.trim()}`);
    cpSync("build/proto-deps", join(folder, "build/proto-deps"), { recursive: true });
    return build(folder, join(folder, "api.binpb"), "without comments");
  });
}

function build(source: string, output: string, comments: "with comments" | "without comments"): Uint8Array {
  runBuf(["build", source, "--output", output, ...(comments === "with comments" ? [] : ["--exclude-source-info"])]);
  return readFileSync(output);
}

function inTemporaryFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "staymesh-contract-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
