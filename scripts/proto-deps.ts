// Lays the .proto files of others that our contracts import into build/proto-deps, from npm packages alone: the Buf Schema
// Registry is not needed, and nothing of theirs is checked in.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { printValidateProto } from "./print-validate-proto.ts";

const source = "node_modules/google-proto-files";
const target = "build/proto-deps";

const wanted: Readonly<Record<string, readonly string[]>> = {
  "google/api": [
    "annotations",
    "client",
    "field_behavior",
    "field_info",
    "http",
    "httpbody",
    "launch_stage",
    "resource",
  ],
  "google/longrunning": ["operations"],
  "google/protobuf": ["any", "descriptor", "duration", "empty", "field_mask", "struct", "timestamp", "wrappers"],
  "google/rpc": ["code", "error_details", "status"],
  "google/type": ["date", "decimal", "interval", "latlng", "money", "timeofday"],
};

export function layProtoDeps(): number {
  rmSync(target, { recursive: true, force: true });
  const files = Object.entries(wanted).flatMap(([folder, names]) => names.map((name) => `${folder}/${name}.proto`));
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    copyFileSync(join(source, file), join(target, file));
  }
  mkdirSync(join(target, "buf/validate"), { recursive: true });
  writeFileSync(join(target, "buf/validate/validate.proto"), printValidateProto());
  return files.length + 1;
}
