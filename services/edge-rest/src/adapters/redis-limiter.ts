import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import type { RateLimiter } from "../app/ports.ts";

export interface LimiterOptions {
  readonly url: string;
  readonly perMinute: number;
  /** How much may come at once. */
  readonly burst: number;
  /** Told of every request that passes because the limiter cannot be asked. */
  readonly failedOpen: () => void;
}

const ANSWER_WITHIN_MS = 100;

// One number a key: the instant at which its bucket is empty again. Redis's own clock is used, so that edges agree.
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

/** Lets everything pass while Redis is away: a limit is no reason to refuse a booking. */
export function openRedisLimiter({ url, perMinute, burst, failedOpen }: LimiterOptions): RateLimiter {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
    retryStrategy: (times) => Math.min(100 * times, 2000),
  });
  // Each failed request is counted already; an error that nobody hears would end the process.
  redis.on("error", () => {});
  const interval = 60_000 / perMinute;
  return {
    take: async (key, cost) => {
      try {
        const name = `edge:rate:${createHash("sha256").update(key).digest("base64url")}`;
        const answer: unknown = await redis.eval(GCRA, 1, name, interval, burst, Math.min(cost, burst));
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
