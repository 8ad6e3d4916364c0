// `npm start`, once the packages are there: brings everything up in order, keeps it up, and stops it in order.
import { execFile } from "node:child_process";
import { relative, resolve } from "node:path";
import { promisify } from "node:util";
import { Explained } from "../parts/explained.ts";
import { seed } from "../seed.ts";
import { checkPorts } from "./check-ports.ts";
import { claim } from "./claim.ts";
import { constellation } from "./constellation.ts";
import { databaseUrl, prepareDatabases } from "./databases.ts";
import { databaseServer, explainLogin, redisServer } from "./infrastructure.ts";
import { openLogs } from "./logs.ts";
import { step } from "./progress.ts";
import { keepPartners, keepSecrets, sandboxKey } from "./secrets.ts";
import { readStartSettings } from "./settings.ts";
import { startProcess } from "./start-process.ts";
import { openTeam } from "./team.ts";

const folder = resolve(".staymesh");
const drainMs = 15_000;

async function start(): Promise<void> {
  const begun = performance.now();
  const settings = readStartSettings(process.env);
  const claimed = await claim(folder);
  const logs = openLogs(resolve(folder, "logs"));
  const team = openTeam(claimed.note);
  const stopped = new Promise<void>((done) => {
    team.onSignal(async () => {
      await team.stop();
      claimed.release();
      done();
    });
  });
  try {
    await checkPorts(settings);
    await step("generated code", generate);
    const secrets = keepSecrets(folder);
    const partnersFile = keepPartners(folder, secrets);
    const server = await step("PostgreSQL", () =>
      databaseServer(folder, secrets.postgres, settings.postgresUrl, logs.of("postgres"), team.watch),
    );
    const queue = await step("Redis for queues", () =>
      redisServer("queue", folder, settings.redisQueueUrl, logs.of("redis-queue"), team.watch),
    );
    const index = await step("Redis for the index", () =>
      redisServer("index", folder, settings.redisIndexUrl, logs.of("redis-index"), team.watch),
    );
    await step(
      "databases",
      () => prepareDatabases(server),
      (said) => said,
    ).catch((error: unknown) => {
      throw explainLogin(error, relative(".", folder));
    });
    const specs = constellation({
      host: settings.host,
      ports: settings.ports,
      secrets,
      partnersFile,
      folder,
      logLevel: settings.logLevel,
      redisQueueUrl: queue,
      redisIndexUrl: index,
      databaseUrl: (service) => databaseUrl(server, service),
    });
    // All at once, since they may come up in any order; a failure is told once the others are there to be stopped.
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
    const baseUrl = `http://${settings.host}:${settings.ports.edge}`;
    await step(
      "demo catalogue",
      () => seed({ baseUrl, key: sandboxKey, now: new Date() }),
      (said) => said,
    );
    tellReady(baseUrl, settings.host, settings.ports, relative(".", logs.folder), begun);
    await stopped;
  } catch (error) {
    if (team.isStopping()) {
      await stopped;
      return;
    }
    await team.stop();
    claimed.release();
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

function tellReady(
  baseUrl: string,
  host: string,
  ports: { readonly reservation: number; readonly payment: number; readonly report: number },
  logFolder: string,
  begun: number,
): void {
  const { reservation, payment, report } = ports;
  console.log(`
  REST   ${baseUrl}   (documentation: ${baseUrl}/docs)
  gRPC   reservation ${host}:${reservation}   payment ${host}:${payment}   report ${host}:${report}
  Key    ${sandboxKey}
  Logs   ${logFolder}   (warnings are shown here as well)
  Ctrl-C stops everything; the data stays.

staymesh is ready (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

try {
  await start();
} catch (error) {
  console.error(error instanceof Explained ? `\n${error.message}` : error);
  process.exitCode = 1;
}
