import type { Contract, MethodFacts } from "@staymesh/contract";
import type { Admission } from "./admission.ts";
import type { Clock } from "./clock.ts";
import type { ErasedHandler, ImplementedMethod, WireMethod } from "./handlers.ts";
import type { Identify } from "./identify.ts";
import type { Logger } from "./logger.ts";
import { type PropertyCheck, propertyCheck } from "./property-grant.ts";
import { type CountRetired, retiredCalls } from "./retired-calls.ts";
import type { RecordCall } from "./rpc-meter.ts";
import type { Telemetry } from "./telemetry.ts";

/** What all methods of one server share. */
export interface ServerParts {
  readonly contract: Contract;
  readonly identify: Identify;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly log: Logger;
  readonly telemetry: Telemetry;
}

/** Everything about one method that is the same for every call of it. */
export interface ServedMethod {
  readonly facts: MethodFacts;
  readonly wire: WireMethod;
  readonly handler: ErasedHandler;
  readonly checkProperty: PropertyCheck | undefined;
  readonly refusesUnknownFields: boolean;
  readonly record: RecordCall;
  readonly countRetired: CountRetired | undefined;
}

export function servedMethod({ contract, telemetry }: ServerParts, { wire, handler }: ImplementedMethod): ServedMethod {
  const facts = contract.method(wire.path.slice(1));
  if (facts.scopes.length === 0 && !facts.public) {
    throw new Error(`${facts.fullName} names no scope and is not public, so nobody may call it`);
  }
  return {
    facts,
    wire,
    handler,
    checkProperty: propertyCheck(facts.input, facts.propertyField),
    refusesUnknownFields: facts.idempotency !== "NO_SIDE_EFFECTS",
    record: telemetry.rpc.server(facts.fullName),
    countRetired: retiredCalls(facts, telemetry.meter),
  };
}
