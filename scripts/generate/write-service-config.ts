// Writes the service config of a descriptor image; a program of its own, so that a run with nothing to do loads no contract.
import { readFileSync, writeFileSync } from "node:fs";
import { loadContract, serviceConfig } from "../../packages/contract/src/index.ts";

const [image = "", file = ""] = process.argv.slice(2);
writeFileSync(file, `${JSON.stringify(serviceConfig(loadContract(readFileSync(image))), undefined, 2)}\n`);
