import { type Client as Channel, Metadata } from "@grpc/grpc-js";
import { type CallPolicy, type Contract, callPolicy, type MethodFacts, type RetryBudget } from "@staymesh/contract";
import type { BackgroundCall } from "./call.ts";
import { unavailable } from "./client-failure.ts";
import type { WireMethod } from "./handlers.ts";
import type { Principal } from "./principal.ts";
import { writeForwarded } from "./principals-file.ts";
import { Refusal } from "./refusal.ts";
import type { RecordCall } from "./rpc-meter.ts";
import type { Telemetry } from "./telemetry.ts";
import { type TraceSpan, writeTraceparent } from "./trace.ts";

/** What all calls of one client share. */
export interface ClientParts {
  readonly channel: Channel;
  readonly contract: Contract;
  readonly authorization: string;
  readonly telemetry: Telemetry;
  readonly callsMax: number;
  readonly load: { underWay: number };
  readonly budget: RetryBudget;
}

/** Everything about one method that is the same for every call of it. */
export interface ClientMethod {
  readonly facts: MethodFacts;
  readonly policy: CallPolicy;
  readonly wire: WireMethod;
  /** The request's bytes; CallOf has proven that it is the method's request. */
  readonly encode: (request: unknown) => Buffer;
  readonly record: RecordCall;
}

export function clientMethod({ contract, telemetry }: ClientParts, wire: WireMethod): ClientMethod {
  const facts = contract.method(wire.path.slice(1));
  return {
    facts,
    policy: callPolicy(facts),
    wire,
    encode: (request) => wire.requestSerialize(request as never),
    record: telemetry.rpc.client(facts.fullName),
  };
}

/** The way back costs time too, and an answer that comes with the deadline comes too late. */
const HOP_MARGIN_MS = 20;

/** When a call has to be answered; refuses at once where that moment has come already. */
export function deadlineFor({ facts, policy }: ClientMethod, from: BackgroundCall): number {
  const nowMs = Date.now();
  const own = nowMs + Math.min(policy.timeoutMs, from.timeoutMs ?? policy.timeoutMs);
  const deadlineMs = from.deadlineMs === undefined ? own : Math.min(own, from.deadlineMs - HOP_MARGIN_MS);
  if (deadlineMs > nowMs) return deadlineMs;
  throw new Refusal("DEADLINE_EXCEEDED", "No time is left to ask another service.", { method: facts.fullName });
}

/** The headers that carry a call's identity, time and trace along. */
export function metadataFor({ authorization }: ClientParts, from: BackgroundCall, span: TraceSpan): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", authorization);
  metadata.set("staymesh-principal", forwarded(from.principal));
  metadata.set("traceparent", writeTraceparent(span));
  if (from.requestId !== undefined) metadata.set("x-request-id", from.requestId);
  if (from.statedNow !== undefined) metadata.set("staymesh-now", from.statedNow.toISOString());
  return metadata;
}

/** Takes a place among the calls under way, or refuses. */
export function takePlace({ load, callsMax }: ClientParts, { facts }: ClientMethod): void {
  if (load.underWay >= callsMax) throw unavailable(facts.fullName);
  load.underWay++;
}

// Principals are made once per key, so their encoded form is kept beside them for as long as they live.
const encoded = new WeakMap<Principal, string>();

function forwarded(principal: Principal): string {
  const before = encoded.get(principal);
  if (before !== undefined) return before;
  const text = writeForwarded(principal);
  encoded.set(principal, text);
  return text;
}
