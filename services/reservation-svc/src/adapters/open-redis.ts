import type { Logger } from "@staymesh/service-kit";
import { Redis } from "ioredis";

/** The index may be away at any time: commands fail at once then, and nothing waits for it. */
export function openRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1000,
    commandTimeout: 500,
    retryStrategy: (times) => Math.min(100 * times, 1000),
    enableAutoPipelining: true,
  });
  let away = false;
  redis.on("ready", () => {
    if (away) log.info({}, "the search index is back");
    away = false;
  });
  redis.on("error", (err: unknown) => {
    if (!away) log.warn({ err }, "the search index is away; searches read the store");
    away = true;
  });
  return redis;
}
