import { createHash } from "node:crypto";
import type { Principal } from "@staymesh/service-kit";
import type { Quota } from "./ports.ts";

/** The quota of whoever holds a key. */
export type QuotaOf = (key: string) => Quota;

export type Standard = Omit<Quota, "holder">;

/** Whom a key stands for; undefined where it is unknown. */
export type Identify = (key: string) => Principal | undefined;

/**
 * Quotas by principal: each key of each partner has its own. Unknown keys share one, so that made-up ones neither escape it nor fill the
 * store. Where nobody can say whose a key is, each has its own, under its digest.
 */
export function quotas(standard: Standard, identify?: Identify): QuotaOf {
  return (key) => {
    if (identify === undefined) return { holder: createHash("sha256").update(key).digest("base64url"), ...standard };
    const principal = identify(key);
    if (principal === undefined) return { holder: "unknown", ...standard };
    const { partner, keyId, quotaPerMinute: perMinute = standard.perMinute } = principal;
    // A burst is the same part of every quota.
    const burst = Math.max(1, Math.round((perMinute * standard.burst) / standard.perMinute));
    return { holder: JSON.stringify([partner, keyId]), perMinute, burst };
  };
}
