import { Metadata, status } from "@grpc/grpc-js";
import type { Contract } from "@staymesh/contract";
import { Status } from "@staymesh/proto/google/rpc/status";
import { Refusal } from "./refusal.ts";
import { encodeDetails } from "./status-details.ts";

/** How a call ended, as it goes on the wire and into the log. */
export interface Outcome {
  readonly code: number;
  readonly reason: string;
  readonly details: string;
  readonly metadata: Metadata;
  /** What went wrong on our side, to be logged whole. */
  readonly fault?: unknown;
}

const DETAILS_KEY = "grpc-status-details-bin";
/** Tells clients that repeat by a service config what RetryInfo tells all others (gRFC A6). */
const PUSHBACK_KEY = "grpc-retry-pushback-ms";
const MESSAGE_MAX = 300;

/** Turns what a handler threw into an answer: refusals as the contract tells them, anything else bare. */
export function outcomeOf(error: unknown, contract: Contract, traceId: string): Outcome {
  if (error instanceof Refusal) {
    const facts = contract.reasons.get(error.reason);
    if (facts !== undefined) return answer(facts.code, error);
    const fault = new Error(`a refusal gave the reason ${error.reason}, which no contract knows`, { cause: error });
    return faultOutcome(fault, traceId);
  }
  return faultOutcome(error, traceId);
}

/** A refusal as the status that its call ends with; throws where no contract knows its reason. */
export function statusOf(refusal: Refusal, contract: Contract): Status {
  const facts = contract.reasons.get(refusal.reason);
  if (facts === undefined) throw new Error(`no contract knows the reason ${refusal.reason}`);
  return Status.decode(encodeDetails(facts.code, refusal));
}

function faultOutcome(fault: unknown, traceId: string): Outcome {
  return { ...answer(status.INTERNAL, new Refusal("INTERNAL", "Something failed on our side.", { traceId })), fault };
}

function answer(code: number, refusal: Refusal): Outcome {
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, encodeDetails(code, refusal));
  if (refusal.retryAfterMs !== undefined) metadata.set(PUSHBACK_KEY, `${Math.ceil(refusal.retryAfterMs)}`);
  const message = refusal.message.length > MESSAGE_MAX ? `${refusal.message.slice(0, MESSAGE_MAX)}…` : refusal.message;
  // A lone surrogate would make grpc-js throw while it encodes the header.
  return { code, reason: refusal.reason, details: message.toWellFormed(), metadata };
}
