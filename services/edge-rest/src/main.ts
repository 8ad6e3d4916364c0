import { readFile } from "node:fs/promises";
import { type Contract, defaultImage, loadContract } from "@staymesh/contract";
import { openLog, startTelemetry } from "@staymesh/service-kit";
import { followProcess, tellParent } from "@staymesh/service-kit/process";
import { readConfig } from "./config.ts";
import { startEdge } from "./start.ts";

const NAME = "edge-rest";

try {
  const config = readConfig(process.env);
  const log = openLog({ name: NAME, level: config.logLevel });
  const contract = await contractOf(config.descriptorImage);
  const telemetry = startTelemetry({ name: NAME, otlpEndpoint: config.otlpEndpoint });
  const edge = await startEdge({ config, contract, telemetry, log });
  followProcess(log, edge.close);
  tellParent({ type: "listening", name: NAME, port: edge.port, adminPort: edge.adminPort });
} catch (error) {
  process.stderr.write(`${NAME} cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

async function contractOf(file: string | undefined): Promise<Contract> {
  if (file === undefined) return loadContract(await defaultImage());
  try {
    return loadContract(await readFile(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`DESCRIPTOR_IMAGE=${file} is no descriptor image that can be served: ${why}`, { cause: error });
  }
}
