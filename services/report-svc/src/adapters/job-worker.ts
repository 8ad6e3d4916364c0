import type { Logger } from "@staymesh/service-kit";
import { Worker } from "bullmq";
import { Redis } from "ioredis";
import { QUEUE_NAME } from "./job-queue.ts";

export interface JobWorkerOptions {
  readonly redisUrl: string;
  /** How many jobs are at work at once. */
  readonly concurrency: number;
  readonly log: Logger;
  /** Works on one report; `stop` aborts when the time for finishing is over. */
  readonly run: (id: string, stop: AbortSignal) => Promise<void>;
}

export interface JobWorker {
  /** Takes no more jobs, lets those at work finish for a while, and stops the rest. */
  readonly close: (patienceMs: number) => Promise<void>;
}

// A killed worker's job is another's within a few seconds.
const LOCK_MS = 3000;
const LOOK_FOR_STALLED_MS = 1000;

/** Takes jobs out of Redis. What a job does is safe to do twice, so that a lost lock harms nobody. */
export function jobWorker({ redisUrl, concurrency, log, run }: JobWorkerOptions): JobWorker {
  const connection = new Redis(redisUrl, {
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(1000, times * 100),
  });
  let healthy = true;
  const note = (err: unknown) => {
    if (healthy) log.warn({ err }, "the queue cannot be reached or has forgotten a job");
    healthy = false;
  };
  connection.on("error", note);
  connection.on("ready", () => {
    healthy = true;
  });
  const stop = new AbortController();
  const worker = new Worker<{ readonly id: string }>(
    QUEUE_NAME,
    async (job) => {
      try {
        await run(job.data.id, stop.signal);
      } catch (err) {
        // The row keeps the report, and the sweeper comes back to it.
        log.error({ err, report: job.data.id }, "a job ended with a fault");
      }
    },
    {
      connection,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: LOOK_FOR_STALLED_MS,
      maxStalledCount: 10,
      skipVersionCheck: true,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on("error", note);
  return {
    async close(patienceMs) {
      const timer = setTimeout(() => stop.abort(new Error("the worker is stopping")), patienceMs);
      try {
        await worker.close();
      } finally {
        clearTimeout(timer);
        connection.disconnect();
      }
    },
  };
}
