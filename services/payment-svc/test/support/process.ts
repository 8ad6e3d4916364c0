import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { type Client, connect } from "@staymesh/service-kit";
import { testContract } from "@staymesh/service-kit/testing";
import { freePort } from "../../../../scripts/parts/ports.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const serviceKey = "the-key-of-a-service-under-test";

/** The service in a process of its own, which a test may kill and start again at the same address. */
export interface TestProcess extends AsyncDisposable {
  readonly client: Client<typeof PaymentServiceService>;
  /** Everything that it has written so far. */
  readonly log: () => string;
  readonly adminUrl: () => string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

export async function startProcess(env: Readonly<Record<string, string>>): Promise<TestProcess> {
  const folder = await mkdtemp(join(tmpdir(), "staymesh-payment-"));
  const partnersFile = join(folder, "partners.json");
  const sha256 = createHash("sha256").update(serviceKey).digest("hex");
  await writeFile(partnersFile, JSON.stringify({ partners: [], services: [{ service: "reservation-svc", sha256 }] }));
  const port = await freePort();
  let child: ChildProcess | undefined;
  let adminPort = 0;
  let log = "";

  const start = async (): Promise<void> => {
    const settings = { PORT: String(port), PARTNERS_FILE: partnersFile, ADMIN_PORT: "0", ...env };
    const stdio = ["ignore", "pipe", "pipe", "ipc"] as const;
    child = fork(main, { env: { PATH: process.env["PATH"], ...settings }, stdio: [...stdio] });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (log += chunk.toString()));
    adminPort = await new Promise<number>((resolve, reject) => {
      child?.once("message", (message: { readonly adminPort: number }) => resolve(message.adminPort));
      child?.once("exit", (code) => reject(new Error(`payment-svc ended with ${code}: ${log}`)));
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  };

  await start();
  const contract = await testContract();
  const address = `127.0.0.1:${port}`;
  const client = connect(PaymentServiceService, { address, contract, serviceKey, name: "reservation-svc" });
  return {
    client,
    log: () => log,
    adminUrl: () => `http://127.0.0.1:${adminPort}`,
    start,
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async [Symbol.asyncDispose]() {
      client.close();
      await end("SIGTERM");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
