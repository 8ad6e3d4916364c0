import type { Contract } from "@staymesh/contract";

/** The reasons that the chain and the client give by themselves. */
const kitReasons = [
  "CLOCK_NOT_ALLOWED",
  "DEADLINE_EXCEEDED",
  "DEPENDENCY_UNAVAILABLE",
  "INTERNAL",
  "INVALID_REQUEST",
  "OVERLOADED",
  "PROPERTY_NOT_GRANTED",
  "SCOPE_MISSING",
  "UNAUTHENTICATED",
] as const;

/** Stops the start where the contract lacks one, since every such refusal would be answered as a fault. */
export function checkReasons(contract: Contract): void {
  const missing = kitReasons.filter((reason) => !contract.reasons.has(reason));
  if (missing.length > 0) throw new Error(`the contract does not tell the reasons ${missing.join(", ")}`);
}
