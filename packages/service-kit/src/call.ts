import type { Contract, MethodFacts } from "@staymesh/contract";
import type { Logger } from "./logger.ts";
import type { Principal } from "./principal.ts";
import type { TraceSpan } from "./trace.ts";

/** On whose behalf and within which bounds a call to another service is made. */
export interface Caller {
  readonly principal: Principal;
  /** When the work has to be done, in epoch milliseconds. */
  readonly deadlineMs?: number;
  readonly requestId?: string;
  readonly statedNow?: Date;
  readonly signal?: AbortSignal;
  readonly trace?: TraceSpan;
}

/** Work that no incoming call waits for: a saga taken over, a sweep, a worker's job. */
export interface BackgroundCall extends Caller {
  /** The most that one call may take; the method's own timeout wins where it is shorter. */
  readonly timeoutMs?: number;
}

/** What a handler knows of the call that it serves. */
export interface CallContext extends Caller {
  readonly requestId: string;
  /** The stated time where the caller may state one, else the clock's. */
  readonly now: Date;
  readonly deadlineMs: number;
  /** Aborted when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal;
  readonly trace: TraceSpan;
  readonly log: Logger;
  readonly method: MethodFacts;
  readonly contract: Contract;
  /** Tells equal requests from others, whatever their transport fields say. */
  readonly fingerprint: Uint8Array;
  /** Adds response metadata; without effect once the first message of a stream has left. */
  setHeader(name: string, value: string): void;
}

/** The same call with further scopes, where a service vouches for a step that the partner could not take by itself. */
export function withScopes(caller: Caller, ...scopes: readonly string[]): Caller {
  const principal = { ...caller.principal, scopes: new Set([...caller.principal.scopes, ...scopes]) };
  return {
    principal,
    ...(caller.deadlineMs === undefined ? {} : { deadlineMs: caller.deadlineMs }),
    ...(caller.requestId === undefined ? {} : { requestId: caller.requestId }),
    ...(caller.statedNow === undefined ? {} : { statedNow: caller.statedNow }),
    ...(caller.signal === undefined ? {} : { signal: caller.signal }),
    ...(caller.trace === undefined ? {} : { trace: caller.trace }),
  };
}
