// `npm run sdk [-- --out folder]`: the client package, the .proto bundle and the start of a Python client.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { defaultImage, loadContract } from "@staymesh/contract";
import { writeClient } from "./write-client.ts";
import { writeProtos } from "./write-protos.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "build/sdk") } } });
const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const image = await defaultImage();
const contract = loadContract(image);
const { out } = values;

writeClient(contract, join(out, "typescript"), version, join(root, "node_modules/.bin/tsc"));
writeProtos(join(out, "protos"), join(root, "proto"), join(root, "build/proto-deps"), image, contract);
rmSync(join(out, "python"), { recursive: true, force: true });
cpSync(fileURLToPath(new URL("../python/", import.meta.url)), join(out, "python"), { recursive: true });
console.log(`The client package, the .proto files and the Python client are in ${out}.`);
