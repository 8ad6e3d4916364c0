import type { Logger } from "@staymesh/service-kit";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { JobQueue } from "../app/ports.ts";

export const QUEUE_NAME = "reports";
const PUT_TIMEOUT_MS = 300;

/** The side of the queue that puts jobs in. */
export interface JobPutter extends JobQueue {
  readonly close: () => Promise<void>;
}

/**
 * Puts jobs into Redis. A Redis that is away delays a report and refuses none: the sweeper puts the job in later. So this neither throws
 * nor takes long.
 */
export function jobPutter(redisUrl: string, log: Logger): JobPutter {
  // Without the offline queue a command fails at once while Redis is away.
  const connection = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(1000, times * 100),
  });
  let healthy = true;
  const note = (err: unknown) => {
    if (healthy) log.warn({ err }, "the queue cannot be reached; waiting reports are put in later");
    healthy = false;
  };
  connection.on("error", note);
  const queue = new Queue(QUEUE_NAME, { connection, skipVersionCheck: true, skipWaitingForReady: true });
  queue.on("error", note);

  return {
    async put(ids) {
      // The id of the report is that of the job, so that a job which is there already is not put in twice.
      const jobs = ids.map((id) => ({
        name: "report",
        data: { id },
        opts: { jobId: id, removeOnComplete: true, removeOnFail: true },
      }));
      const added = queue.addBulk(jobs);
      added.catch(() => {});
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("the queue did not answer in time")), PUT_TIMEOUT_MS);
      });
      try {
        await Promise.race([added, late]);
        healthy = true;
      } catch (err) {
        note(err);
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => {
      await queue.close().catch(() => {});
      connection.disconnect();
    },
  };
}
