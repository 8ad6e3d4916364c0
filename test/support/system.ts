// The whole of staymesh for a test: every process on free ports, with databases, Redis and a folder of its own.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { freePort } from "../../scripts/parts/ports.ts";
import type { ProcessName, ProcessSpec, Surroundings } from "../../scripts/start/constellation.ts";
import { constellation, processNames } from "../../scripts/start/constellation.ts";
import { keepPartners, newSecrets, sandboxKey } from "../../scripts/start/secrets.ts";
import type { PortName, Ports } from "../../scripts/start/settings.ts";
import { portNames, readStartSettings } from "../../scripts/start/settings.ts";
import type { RunningProcess } from "../../scripts/start/start-process.ts";
import { startProcess } from "../../scripts/start/start-process.ts";
import { database, fromRunner, redisUrl } from "./parts.ts";

export interface SystemOptions {
  // Which processes run; all of them, with one report worker, if it is not said.
  readonly services?: readonly ProcessName[];
  // Keys beside the sandbox's, which may do everything.
  readonly keys?: readonly TestKey[];
  // The source that runs, such as an older one's; this one if it is not said.
  readonly source?: SystemSource;
  // Further settings for a process.
  readonly env?: Readonly<Partial<Record<ProcessName, Readonly<Record<string, string>>>>>;
}

export interface SystemSource {
  readonly constellation: (around: Surroundings) => readonly ProcessSpec[];
}

export interface TestKey {
  readonly partner: string;
  readonly key: string;
  readonly scopes: readonly string[];
  readonly properties: readonly string[];
  readonly quotaPerMinute?: number;
}

export interface System extends AsyncDisposable {
  readonly baseUrl: string;
  readonly key: string;
  readonly ports: Ports;
  readonly addresses: Readonly<Record<"reservation" | "payment" | "report", string>>;
  readonly databaseUrls: Readonly<Record<"reservation-svc" | "payment-svc" | "report-svc", string>>;
  readonly redisQueueUrl: string;
  readonly redisIndexUrl: string;
  readonly folder: string;
  env(name: ProcessName): Readonly<Record<string, string>>;
  isRunning(name: ProcessName): boolean;
  // Sends the signal and waits until the process has ended.
  kill(name: ProcessName, signal: NodeJS.Signals): Promise<void>;
  // Starts it again with the same settings, ending it first if it runs.
  restart(name: ProcessName): Promise<void>;
  // Starts it again from another source, as an upgrade does: this one if it is not said.
  upgrade(name: ProcessName, to?: SystemSource): Promise<void>;
  // Everything that the process has written so far, over all its lives.
  logs(name: ProcessName): string;
  stop(): Promise<void>;
}

const standard: readonly ProcessName[] = [
  "bank",
  "payment-svc",
  "reservation-svc",
  "report-svc",
  "report-worker-1",
  "edge-rest",
];
const drainMs = 15_000;
const host = "127.0.0.1";

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  // Under the folder of the run, so that a check of all logs at its end finds these.
  const folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "system-"));
  const [ports, redisQueueUrl, redisIndexUrl] = await Promise.all([freePorts(), redisUrl("queue"), redisUrl("index")]);
  const databases = {
    "reservation-svc": await database("reservation-svc"),
    "payment-svc": await database("payment-svc"),
    "report-svc": await database("report-svc"),
  };
  const databaseUrls = {
    "reservation-svc": databases["reservation-svc"].url,
    "payment-svc": databases["payment-svc"].url,
    "report-svc": databases["report-svc"].url,
  };
  const secrets = newSecrets();
  const partnersFile = keepPartners(folder, secrets);
  addKeys(partnersFile, options.keys ?? []);
  const around: Surroundings = {
    host,
    ports,
    secrets,
    partnersFile,
    folder,
    logLevel: "info",
    ratePerMinute: readStartSettings({}).ratePerMinute,
    redisQueueUrl,
    redisIndexUrl,
    databaseUrl: (service) => (service === "edge-rest" ? "" : databaseUrls[service]),
  };
  const specs = [...(options.source ?? { constellation }).constellation(around)];
  const wanted = options.services ?? standard;
  const running = new Map<ProcessName, RunningProcess>();
  const system: System = {
    baseUrl: `http://${host}:${ports.edge}`,
    key: sandboxKey,
    ports,
    addresses: {
      reservation: `${host}:${ports.reservation}`,
      payment: `${host}:${ports.payment}`,
      report: `${host}:${ports.report}`,
    },
    databaseUrls,
    redisQueueUrl,
    redisIndexUrl,
    folder,
    env: (name) => specOf(name).env,
    isRunning: (name) => running.has(name),
    kill: async (name, signal) => {
      const process = running.get(name);
      running.delete(name);
      await process?.stop(signal, drainMs);
    },
    restart: async (name) => {
      await system.kill(name, "SIGTERM");
      await start(name);
    },
    upgrade: async (name, to = { constellation }) => {
      const [at, next] = [specs.findIndex((it) => it.name === name), to.constellation(around)];
      specs.splice(at, 1, ...next.filter((it) => it.name === name));
      await system.restart(name);
    },
    logs: (name) => (existsSync(logFile(name)) ? readFileSync(logFile(name), "utf8") : ""),
    stop: async () => {
      for (const name of [...processNames].reverse()) await system.kill(name, "SIGTERM");
      for (const { close } of Object.values(databases)) await close();
    },
    [Symbol.asyncDispose]: () => system.stop(),
  };
  // All at once: they may start in any order.
  const names = specs.map((spec) => spec.name).filter((name) => wanted.includes(name));
  const starts = await Promise.allSettled(names.map(start));
  const failed = starts.find((it) => it.status === "rejected");
  if (failed !== undefined) {
    await system.stop();
    throw failed.reason;
  }
  return system;

  function specOf(name: ProcessName): ProcessSpec {
    const spec = specs.find((it) => it.name === name);
    if (spec === undefined) throw new Error(`There is no process ${name}.`);
    return { ...spec, env: { ...spec.env, ...options.env?.[name] } };
  }

  async function start(name: ProcessName): Promise<void> {
    // In the group of the test process, so that the runner can end whatever a failed test leaves behind.
    const line = (text: string) => appendFileSync(logFile(name), `${text}\n`);
    running.set(name, await startProcess(specOf(name), line, { detached: false }));
  }

  function logFile(name: ProcessName): string {
    const logs = join(fromRunner("STAYMESH_TEST_FOLDER"), "logs");
    mkdirSync(logs, { recursive: true });
    return join(logs, `${basename(folder)}-${name}.log`);
  }
}

async function freePorts(): Promise<Ports> {
  const taken = new Set<number>();
  while (taken.size < Object.keys(portNames).length) taken.add(await freePort());
  const [...free] = taken;
  const entries = Object.keys(portNames).map((name, index) => [name, free[index]]);
  return Object.fromEntries(entries) as Record<PortName, number>;
}

function addKeys(file: string, keys: readonly TestKey[]): void {
  const known: { partners: unknown[]; services: unknown } = JSON.parse(readFileSync(file, "utf8"));
  const partners = keys.map(({ partner, key, ...rights }, index) => ({
    partner,
    keys: [{ id: `test-${index}`, sha256: createHash("sha256").update(key).digest("hex"), ...rights }],
  }));
  writeFileSync(file, JSON.stringify({ ...known, partners: [...known.partners, ...partners] }));
}
