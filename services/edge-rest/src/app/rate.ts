import { RESOURCE_EXHAUSTED } from "./codes.ts";
import type { EdgeRequest, RateLimiter } from "./ports.ts";
import { Problem } from "./problem.ts";

/** Counts a request against the quota of its key; gives the headers that tell how much is left, or throws a 429. */
export type Rate = (request: EdgeRequest, cost: number) => Promise<Readonly<Record<string, string>>>;

const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";
const NOTHING = {};

export function createRate(limiter: RateLimiter, perMinute: number): Rate {
  const policy = `"default";q=${perMinute};w=60`;
  return async (request, cost) => {
    const [, key] = /^bearer\s+(\S+)/i.exec(request.headers["authorization"] ?? "") ?? [];
    if (key === undefined || cost <= 0) return NOTHING;
    const verdict = await limiter.take(key, cost);
    if (verdict === undefined) return NOTHING;
    const { isAllowed, remaining, resetMs, retryAfterMs } = verdict;
    const headers = {
      "ratelimit-policy": policy,
      ratelimit: `"default";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
    };
    if (isAllowed) return headers;
    throw new Problem({
      status: 429,
      code: RESOURCE_EXHAUSTED,
      type: QUOTA_EXCEEDED,
      title: "The quota of the key is used up",
      detail: "The key has made more requests than its quota lets through.",
      reason: "RATE_LIMITED",
      remedy: "Wait as long as Retry-After says, and send the request again.",
      metadata: { violatedPolicy: "default" },
      retryAfterMs,
      headers,
    });
  };
}
