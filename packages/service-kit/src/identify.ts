import type { Metadata } from "@grpc/grpc-js";
import type { MethodFacts } from "@staymesh/contract";
import { firstText } from "./metadata.ts";
import { mayUse, type Principal, principalOf } from "./principal.ts";
import type { Principals } from "./principals.ts";
import { readForwarded } from "./principals-file.ts";
import { Refusal } from "./refusal.ts";

const nobody = principalOf({ partner: "", scopes: [], properties: [] });
const KEY_MAX = 512;
const FORWARDED_MAX = 16_384;
const CACHE_MAX = 1000;

/** Finds out for whom a call is made. */
export type Identify = (metadata: Metadata, method: MethodFacts) => Principal;

/** Identifies callers by their bearer key; only a service's key is believed when it names the partner it acts for. */
export function identifier(principals: Principals): Identify {
  // The same few principals are forwarded again and again, and reading one costs more than finding it.
  const forwardedBefore = new Map<string, Principal>();

  const forwardedBy = (service: string, encoded: string): Principal => {
    const cacheKey = `${service} ${encoded}`;
    const before = forwardedBefore.get(cacheKey);
    if (before !== undefined) return before;
    const principal = encoded.length > FORWARDED_MAX ? undefined : readForwarded(encoded, service);
    if (principal === undefined) throw unauthenticated("The forwarded principal is malformed.");
    if (forwardedBefore.size >= CACHE_MAX) forwardedBefore.clear();
    forwardedBefore.set(cacheKey, principal);
    return principal;
  };

  return (metadata, method) => {
    const authorization = firstText(metadata, "authorization");
    if (authorization === undefined) {
      if (method.public) return nobody;
      throw unauthenticated("Send a key as `authorization: Bearer <key>`.");
    }
    const key = authorization.length <= KEY_MAX ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined;
    const holder = key === undefined ? undefined : principals.identify(key);
    if (holder === undefined) throw unauthenticated("The key is unknown, or no longer in force.");
    const encoded = firstText(metadata, "staymesh-principal");
    if (encoded === undefined) return holder;
    if (holder.service === undefined) throw unauthenticated("Only a service may act for a partner.");
    return forwardedBy(holder.service, encoded);
  };
}

/** Refuses a principal who lacks a scope of the method. */
export function checkScopes(principal: Principal, method: MethodFacts): void {
  for (const scope of method.scopes) {
    if (!mayUse(principal, scope)) {
      throw new Refusal("SCOPE_MISSING", `The key lacks the scope ${scope}.`, { scope });
    }
  }
}

function unauthenticated(message: string): Refusal {
  return new Refusal("UNAUTHENTICATED", message);
}
