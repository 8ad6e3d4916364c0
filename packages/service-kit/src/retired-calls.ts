import type { Meter } from "@opentelemetry/api";
import type { MethodFacts } from "@staymesh/contract";

/** Counts one call of one partner. */
export type CountRetired = (partner: string) => void;

const PARTNERS_MAX = 1000;
const OTHERS = "(others)";

/** Counts by partner who still calls a method that callers are to leave, so that they can be told; undefined for any other method. */
export function retiredCalls({ fullName, retirement }: MethodFacts, meter: Meter): CountRetired | undefined {
  if (retirement === undefined) return undefined;
  const counter = meter.createCounter("rpc.server.retired.calls", {
    description: "Calls of methods that callers are to leave, by partner",
  });
  const known = new Set<string>();
  return (partner) => {
    if (known.size < PARTNERS_MAX) known.add(partner);
    counter.add(1, { "rpc.method": fullName, partner: known.has(partner) ? partner : OTHERS });
  };
}
