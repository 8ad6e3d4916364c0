// The client package of a source, as that source writes it, and the sample partner that came with it.
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../architecture/sources.ts";
import type { JsonObject } from "../contract/requests.ts";
import { fromRunner } from "../support/parts.ts";

const run = promisify(execFile);

/** Books at the given edge with the package of the source in `tree`; gives what the sample has to tell. */
export async function bookWithPackage(
  tree: string,
  baseUrl: string,
  key: string,
  property: string,
): Promise<JsonObject> {
  const folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "package-"));
  // What others' .proto files say is of the same installed packages.
  const laid = join(tree, "build/proto-deps");
  mkdirSync(join(tree, "build"), { recursive: true });
  if (!existsSync(laid)) symlinkSync(join(root, "build/proto-deps"), laid);
  await run(process.execPath, ["tools/sdk/src/main.ts", "--out", join(folder, "sdk")], { cwd: tree });
  mkdirSync(join(folder, "node_modules/@staymesh"), { recursive: true });
  symlinkSync(join(folder, "sdk/typescript"), join(folder, "node_modules/@staymesh/client"));
  copyFileSync(join(tree, "tools/sdk/test/partner-sample.txt"), join(folder, "partner.mts"));
  const words = ["partner.mts", baseUrl, key, property];
  const { stdout } = await run(process.execPath, words, { cwd: folder, timeout: 50_000 });
  const told: JsonObject = JSON.parse(stdout);
  return told;
}
