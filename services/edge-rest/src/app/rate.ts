import { bearerOf } from "./key.ts";
import type { EdgeRequest, RateLimiter } from "./ports.ts";
import { ownProblem, type Reasons } from "./problem.ts";
import type { QuotaOf } from "./quota.ts";

/** Counts a request against the quota of its key; gives the headers that tell how much is left, or throws a 429. */
export type Rate = (request: EdgeRequest, cost: number) => Promise<Readonly<Record<string, string>>>;

export interface RateParts {
  readonly limiter: RateLimiter;
  readonly quotaOf: QuotaOf;
  readonly reasons: Reasons;
}

/** The one policy that there is, by its name in RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers). */
const POLICY = "default";
const QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";
const NOTHING = {};

export function createRate({ limiter, quotaOf, reasons }: RateParts): Rate {
  return async (request, cost) => {
    const key = bearerOf(request);
    if (key === undefined || cost <= 0) return NOTHING;
    const quota = quotaOf(key);
    const verdict = await limiter.take(quota, cost);
    if (verdict === undefined) return NOTHING;
    const { isAllowed, remaining, resetMs, retryAfterMs } = verdict;
    const headers = {
      "ratelimit-policy": `"${POLICY}";q=${quota.perMinute};w=60`,
      ratelimit: `"${POLICY}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
    };
    if (isAllowed) return headers;
    throw ownProblem(reasons, "RATE_LIMITED", "The key has used more than its quota lets through.", {
      type: QUOTA_EXCEEDED,
      violatedPolicies: [POLICY],
      retryAfterMs,
      headers,
    });
  };
}
