import { execFile } from "node:child_process";
import { relative } from "node:path";
import { promisify } from "node:util";
import { Explained } from "../parts/explained.ts";
import { Refused } from "../seed/rest.ts";
import { seed } from "../seed.ts";
import type { ProcessSpec } from "./constellation.ts";
import { constellation } from "./constellation.ts";
import { databaseUrl, prepareDatabases } from "./databases.ts";
import { databaseServer, explainLogin, redisServer } from "./infrastructure.ts";
import type { Logs } from "./logs.ts";
import { step } from "./progress.ts";
import { keepPartners, keepSecrets, sandboxKey } from "./secrets.ts";
import type { StartSettings } from "./settings.ts";
import { startProcess } from "./start-process.ts";
import type { Team } from "./team.ts";

const drainMs = 15_000;

// Everything, in the order in which the parts need one another; each is watched by the team from then on.
export async function bringUp(settings: StartSettings, team: Team, logs: Logs): Promise<void> {
  const { folder, host, ports, logLevel, ratePerMinute } = settings;
  await step("generated code", generate);
  const secrets = keepSecrets(folder);
  const partnersFile = keepPartners(folder, secrets);
  const server = await step("PostgreSQL", () =>
    databaseServer(folder, secrets.postgres, settings.postgresUrl, logs.of("postgres"), team.watch),
  );
  const redisQueueUrl = await step("Redis for queues", () =>
    redisServer("queue", folder, settings.redisQueueUrl, logs.of("redis-queue"), team.watch),
  );
  const redisIndexUrl = await step("Redis for the index", () =>
    redisServer("index", folder, settings.redisIndexUrl, logs.of("redis-index"), team.watch),
  );
  const migrated = step("databases", () => prepareDatabases(server), itself);
  await migrated.catch((error: unknown) => {
    throw explainLogin(error, relative(".", folder));
  });
  const specs = constellation({
    host,
    ports,
    secrets,
    partnersFile,
    folder,
    logLevel,
    ratePerMinute,
    redisQueueUrl,
    redisIndexUrl,
    databaseUrl: (service) => databaseUrl(server, service),
  });
  await startAll(specs, team, logs);
  const baseUrl = `http://${host}:${ports.edge}`;
  await step("demo catalogue", () => seedIfLet(baseUrl), itself);
}

// All at once, since they may come up in any order; a failure is told once the others are there to be stopped.
async function startAll(specs: readonly ProcessSpec[], team: Team, logs: Logs): Promise<void> {
  const starts = specs.map((spec) => {
    const log = logs.of(spec.name);
    return step(spec.name, () =>
      team.watch(spec.name, async () => {
        const running = await startProcess(spec, log);
        return { ...running, stop: () => running.stop("SIGTERM", drainMs) };
      }),
    );
  });
  const failed = (await Promise.allSettled(starts)).find((it) => it.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

// Whoever has revoked the sandbox's key wants no demo, and everything else comes up as ever.
async function seedIfLet(baseUrl: string): Promise<string> {
  try {
    return await seed({ baseUrl, key: sandboxKey, now: new Date() });
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return "left as it is: the sandbox's key is not in force";
    throw error;
  }
}

async function generate(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ["scripts/generate.ts"]);
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new Explained(`The code could not be generated: ${said.trim()}`);
  }
}

function itself(said: string): string {
  return said;
}
