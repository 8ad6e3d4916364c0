import { execFile } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export { anyMessage } from "./any-message.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = promisify(execFile);
let builds = 0;

/** The descriptor image of a folder of .proto files, built beside staymesh's own options, for tests of code that serves any contract. */
export const buildImage = async (folder: string | URL): Promise<Uint8Array> => {
  const path = relative(root, typeof folder === "string" ? folder : fileURLToPath(folder)).replace(/\/$/, "");
  const config = {
    version: "v2",
    modules: [{ path: "proto", excludes: ["proto/node_modules"] }, { path: "build/proto-deps" }, { path }],
  };
  builds += 1;
  const output = join(tmpdir(), `contract-fixture-${process.pid}-${builds}.binpb`);
  const cache = join(root, "build/buf-cache");
  // buf takes no whole module for a path, but the folders within one.
  const paths = (await readdir(join(root, path))).flatMap((name) => ["--path", join(path, name)]);
  await run(
    join(root, "node_modules/.bin/buf"),
    ["build", ".", "--config", JSON.stringify(config), ...paths, "-o", output],
    { cwd: root, env: { ...process.env, BUF_CACHE_DIR: cache } },
  );
  const image = await readFile(output);
  await rm(output);
  return image;
};
