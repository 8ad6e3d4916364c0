import { defaultImage, loadContract } from "@staymesh/contract";
import { openLog, openPrincipals, serve, startTelemetry, systemClock } from "@staymesh/service-kit";
import { openDatabase } from "./adapters/database.ts";
import { openFacts } from "./adapters/facts.ts";
import { folderBlobs } from "./adapters/folder-blobs.ts";
import { uuidV7 } from "./adapters/ids.ts";
import { jobPutter } from "./adapters/job-queue.ts";
import { reportStore } from "./adapters/report-store.ts";
import { workStore } from "./adapters/work-store.ts";
import { keepSweeping } from "./app/sweep.ts";
import { clientTls, readConfig, serverTls } from "./config.ts";
import { reportService } from "./rpc/report-service.ts";
import { requestService } from "./rpc/request-service.ts";

const config = readConfig(process.env);
const name = "report-svc";
const log = openLog({ name, level: config.logLevel });
const telemetry = startTelemetry({ name, otlpEndpoint: config.otlpEndpoint });
const contract = loadContract(await defaultImage());

await using database = openDatabase(config.databaseUrl, (err) => log.warn({ err }, "an idle connection broke"));
using facts = openFacts({
  ...config,
  client: { contract, serviceKey: config.serviceKey, name, log, telemetry, ...clientTls(config) },
});
const queue = jobPutter(config.redisQueueUrl, log);
const sweeper = keepSweeping({ work: workStore(database), queue, log });

const reports = reportStore(database);
const service = reportService({
  reports,
  blobs: folderBlobs(config.reportsDir),
  queue,
  facts,
  newId: uuidV7(Date.now),
  waitingMax: config.waitingMax,
});
await using server = await serve({
  ...config,
  name,
  contract,
  services: [service, requestService({ reports })],
  principals: await openPrincipals(config.partnersFile, log, systemClock),
  clock: systemClock,
  log,
  telemetry,
  ...serverTls(config),
  ready: database.answers,
  onDrain: sweeper.stop,
});
await server.closed;
await queue.close();
