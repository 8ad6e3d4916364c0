import { defaultImage, loadContract } from "@staymesh/contract";
import { openLog, runProcess, startTelemetry, systemClock } from "@staymesh/service-kit";
import { openDatabase } from "./adapters/database.ts";
import { openFacts } from "./adapters/facts.ts";
import { folderBlobs } from "./adapters/folder-blobs.ts";
import { uuidV7 } from "./adapters/ids.ts";
import { jobPutter } from "./adapters/job-queue.ts";
import { jobWorker } from "./adapters/job-worker.ts";
import { renderPool } from "./adapters/render-pool.ts";
import { workMetrics } from "./adapters/work-metrics.ts";
import { workStore } from "./adapters/work-store.ts";
import { runReport } from "./app/run-report.ts";
import { keepSweeping } from "./app/sweep.ts";
import { keepTidying } from "./app/tidy.ts";
import { clientTls, readConfig } from "./config.ts";

// A compiler grows by about 0.4 MB with each document, whatever is evicted from its caches.
const DOCUMENTS_MAX = 300;

const config = readConfig(process.env);
const name = "report-worker";
const log = openLog({ name, level: config.logLevel });
const telemetry = startTelemetry({ name, otlpEndpoint: config.otlpEndpoint });
const contract = loadContract(await defaultImage());

await using database = openDatabase(config.databaseUrl, (err) => log.warn({ err }, "an idle connection broke"));
using facts = openFacts({
  ...config,
  client: { contract, serviceKey: config.serviceKey, name: "report-svc", log, telemetry, ...clientTls(config) },
});
const work = workStore(database);
const blobs = folderBlobs(config.reportsDir);
const pool = renderPool({
  module: new URL("./documents/render-process.ts", import.meta.url),
  processes: config.workerConcurrency,
  timeoutMs: config.renderTimeoutMs,
  memoryBytesMax: config.renderMemoryMb * 1024 * 1024,
  documentsMax: DOCUMENTS_MAX,
});
const count = workMetrics(telemetry);
const run = runReport({
  work,
  facts,
  renderer: pool,
  blobs,
  clock: systemClock,
  newId: uuidV7(Date.now),
  log,
  onEnd: (end) => {
    count(end);
    log.info(
      { report: end.report.id, kind: end.report.subject.kind, outcome: end.outcome, cpuMs: end.cpuMs },
      "report",
    );
  },
});
// One job more than can be rendered, so that its facts are there when a rendering process falls free.
const jobs = jobWorker({
  ...config,
  redisUrl: config.redisQueueUrl,
  concurrency: config.workerConcurrency + 1,
  log,
  run,
});
const queue = jobPutter(config.redisQueueUrl, log);
const sweeper = keepSweeping({ work, queue, log });
const tidier = keepTidying({ work, blobs, log });

await using worker = await runProcess({
  ...config,
  name,
  log,
  telemetry,
  ready: async () => pool.ready() && (await database.answers()),
  stop: async () => {
    await Promise.all([sweeper.stop(), tidier.stop()]);
    await jobs.close(config.drainTimeoutMs);
    await pool.close();
    await queue.close();
  },
});
await worker.closed;
