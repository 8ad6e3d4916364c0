import { createHash } from "node:crypto";
import type { Logger } from "@staymesh/service-kit";
import { Redis } from "ioredis";
import type { Quota, RateLimiter } from "../app/ports.ts";

export interface LimiterOptions {
  readonly url: string;
  /** Told of every request that passes because the limiter cannot be asked. */
  readonly failedOpen: () => void;
  readonly log: Logger;
}

const ANSWER_WITHIN_MS = 100;
/** A connection that is silent for so long is given up, so that questions to a Redis that hangs do not pile up. */
const SILENT_MAX_MS = 1000;

// One number a holder: the instant at which its bucket is empty again, when Redis forgets it too. Redis's own clock is used, so that
// edges agree.
const GCRA = `
local time = redis.call("TIME")
local now = time[1] * 1000 + time[2] / 1000
local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local room = interval * burst
local empty = math.max(tonumber(redis.call("GET", KEYS[1]) or now), now)
local after = empty + interval * cost
if after - now > room then
  return {0, math.floor((room - empty + now) / interval), math.ceil(empty - now), math.ceil(after - now - room)}
end
redis.call("SET", KEYS[1], string.format("%.3f", after), "PX", math.ceil(after - now) + 1)
return {1, math.floor((room - after + now) / interval), math.ceil(after - now), 0}
`;
const GCRA_SHA = createHash("sha1").update(GCRA).digest("hex");

/** Lets everything pass while Redis is away: a limit is no reason to refuse a booking. */
export function openRedisLimiter({ url, failedOpen, log }: LimiterOptions): RateLimiter {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: SILENT_MAX_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    socketTimeout: SILENT_MAX_MS,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  });
  let away = false;
  redis.on("ready", () => {
    if (away) log.info({}, "quotas are counted again");
    away = false;
  });
  redis.on("error", (err: unknown) => {
    if (!away) log.warn({ err }, "quotas cannot be counted; every request passes");
    away = true;
  });
  const run = async (name: string, { perMinute, burst }: Quota, cost: number): Promise<unknown> => {
    const numbers = [60_000 / perMinute, burst, Math.min(cost, burst)];
    try {
      return await redis.evalsha(GCRA_SHA, 1, name, ...numbers);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
      return redis.eval(GCRA, 1, name, ...numbers);
    }
  };
  return {
    take: async (quota, cost) => {
      try {
        // By digest: Redis has no need to know who the partners are.
        const name = `edge:rate:${createHash("sha256").update(quota.holder).digest("base64url")}`;
        const answer = await run(name, quota, cost);
        const [isAllowed = 0, remaining = 0, resetMs = 0, retryAfterMs = 0] = Array.isArray(answer)
          ? answer.map(Number)
          : [];
        return { isAllowed: isAllowed === 1, remaining: Math.max(0, remaining), resetMs, retryAfterMs };
      } catch {
        failedOpen();
        return undefined;
      }
    },
    close: () => redis.disconnect(),
  };
}
