import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { SERVICE_KEY } from "./fake-facts.ts";
import type { TestService } from "./service.ts";

/** src/worker.ts as a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  /** Everything that it has written. */
  readonly log: () => string;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
}

const script = fileURLToPath(new URL("../../src/worker.ts", import.meta.url));

/** Starts a worker on a service's parts, and waits until it listens. */
export async function startWorker(service: TestService, redisUrl: string): Promise<WorkerProcess> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [script], {
    env: {
      PATH,
      PARTNERS_FILE: "none",
      SERVICE_KEY,
      DATABASE_URL: service.databaseUrl,
      REDIS_QUEUE_URL: redisUrl,
      REPORTS_DIR: service.folder,
      RESERVATION_ADDRESS: service.facts.address,
      PAYMENT_ADDRESS: service.facts.address,
      DRAIN_TIMEOUT_MS: "3000",
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => lines.push(data.toString()));
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  await Promise.race([
    new Promise<void>((resolve) => child.once("message", () => resolve())),
    exited.then(() => Promise.reject(new Error(`the worker did not start: ${lines.join("")}`))),
  ]);
  return {
    pid: pidOf(child),
    log: () => lines.join(""),
    kill: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the worker has no process id");
  return child.pid;
}
