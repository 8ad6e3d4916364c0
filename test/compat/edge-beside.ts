// One more edge beside a running system, of another source or with another contract.
import { freePort } from "../../scripts/parts/ports.ts";
import type { ProcessSpec } from "../../scripts/start/constellation.ts";
import { startProcess } from "../../scripts/start/start-process.ts";
import type { System } from "../support/system.ts";

export interface Edge extends AsyncDisposable {
  readonly baseUrl: string;
}

export async function startEdge(
  system: System,
  env: Readonly<Record<string, string>>,
  program: Pick<ProcessSpec, "folder" | "script"> = { folder: "services/edge-rest", script: "src/main.ts" },
): Promise<Edge> {
  const [http, admin] = [await freePort(), await freePort()];
  const ports = { HTTP_PORT: String(http), ADMIN_PORT: String(admin) };
  const spec: ProcessSpec = { name: "edge-rest", ...program, env: { ...system.env("edge-rest"), ...ports, ...env } };
  const edge = await startProcess(spec, () => {}, { detached: false });
  return {
    baseUrl: `http://127.0.0.1:${http}`,
    [Symbol.asyncDispose]: () => edge.stop("SIGTERM", 10_000),
  };
}
