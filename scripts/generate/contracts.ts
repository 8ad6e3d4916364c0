import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { layProtoDeps } from "../proto-deps.ts";
import { runBuf, runTool } from "./run-tool.ts";
import { hashFiles, isStamped, listFiles, packageVersion, stamp } from "./stamp.ts";

const next = "build/next";
const kept = "proto/gen";
// What else decides how the generated files look.
const writers = ["service-config", "call-policy", "retry-budget", "contract"].map(
  (name) => `packages/contract/src/${name}.ts`,
);

// Lays the third-party protos where they are missing or old; true if it did.
export function protoDeps(): boolean {
  const value = () =>
    hashFiles(
      ["scripts/proto-deps.ts", "scripts/print-validate-proto.ts", "build/proto-deps/**/*.proto"],
      [packageVersion("google-proto-files"), packageVersion("@bufbuild/protovalidate")],
    );
  if (isStamped("proto-deps", value())) return false;
  layProtoDeps();
  stamp("proto-deps", value());
  return true;
}

// The files in proto/gen that are not what the contracts say; each is put right unless `write` is false.
export function contracts(write: boolean): readonly string[] {
  const value = () =>
    hashFiles(
      [
        "proto/staymesh/**/*.proto",
        "build/proto-deps/**/*.proto",
        "buf.yaml",
        "buf.gen.yaml",
        ...writers,
        `${kept}/**/*`,
      ],
      [packageVersion("@bufbuild/buf"), packageVersion("ts-proto")],
    );
  if (isStamped("contracts", value())) return [];
  rmSync(next, { recursive: true, force: true });
  mkdirSync(`${next}/${kept}`, { recursive: true });
  runBuf(["generate", "--output", next]);
  runBuf(["build", "--output", `${next}/${kept}/api.binpb`]);
  const folder = `${next}/${kept}`;
  runTool("node", ["scripts/generate/write-service-config.ts", `${folder}/api.binpb`, `${folder}/service-config.json`]);
  const wanted = listFiles([`${next}/${kept}/**/*`]).map((file) => file.slice(next.length + 1));
  const stale = [
    ...wanted.filter((file) => !sameContent(`${next}/${file}`, file)),
    ...listFiles([`${kept}/**/*`]).filter((file) => !wanted.includes(file)),
  ];
  if (write) for (const file of stale) replace(file);
  if (write || stale.length === 0) stamp("contracts", value());
  return stale;
}

function sameContent(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && readFileSync(a).equals(readFileSync(b));
}

// Written beside and renamed, so that a process which is just starting never reads half a file.
function replace(file: string): void {
  if (!existsSync(`${next}/${file}`)) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(`${next}/${file}`, `${file}.next`);
  renameSync(`${file}.next`, file);
}
