import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import { Metadata, type ServerUnaryCall, status } from "@grpc/grpc-js";
import { fingerprint } from "@staymesh/contract";
import { type Accepted, acceptRequest } from "./accept-request.ts";
import type { CallContext } from "./call.ts";
import { callLog } from "./call-log.ts";
import { codeName } from "./codes.ts";
import { checkScopes } from "./identify.ts";
import { firstText } from "./metadata.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Principal } from "./principal.ts";
import { Refusal } from "./refusal.ts";
import type { ServedMethod, ServerParts } from "./served-method.ts";
import { readStatedNow } from "./stated-time.ts";
import { type LiveSpan, readTraceparent } from "./trace.ts";

/** One call from its headers to its status. */
export interface LiveCall {
  /** Runs the chain up to the handler: admission, identity, access, deadline. Throws what refuses the call. */
  readonly open: () => CallContext;
  /** Decodes and checks a request message, within the chain's order after open(). */
  readonly accept: (bytes: Buffer) => unknown;
  /** Response metadata, if any was set. */
  readonly headers: () => Metadata;
  /** False once the call has been answered, by whomever. */
  readonly waiting: () => boolean;
  /** Ends the call well; true where it was still waiting for that. */
  readonly succeed: () => boolean;
  /** Ends the call with what was thrown. */
  readonly fail: (error: unknown) => void;
  /** The caller went away. */
  readonly cancel: () => void;
  /** The handler has come to its end, which may be after the call's. */
  readonly leave: () => void;
}

/** What every kind of grpc-js's server calls has. */
type IncomingCall = Pick<ServerUnaryCall<Buffer, Buffer>, "metadata" | "getDeadline">;

const requestIdShape = /^[\w.:-]{1,128}$/;
/** Our own answer comes this much before the transport's, which could not say why. */
const ANSWER_MARGIN_MS = 5;
/** How often the caller of a stream is identified anew: with the second that the file takes, a revoked key's streams end within two. */
const ASK_AGAIN_MS = 1000;
const TIMER_MAX_MS = 2_147_483_647;

/** Follows one call: `answer` sends the status and is called at most once, and never for a success. */
export function liveCall(
  parts: ServerParts,
  method: ServedMethod,
  call: IncomingCall,
  answer: (outcome: Outcome) => void,
): LiveCall {
  const startedMs = performance.now();
  const { facts } = method;
  const parent = readTraceparent(firstText(call.metadata, "traceparent"));
  const span = parts.telemetry.startSpan("server", facts.service, facts.name, parent);
  const requestId = requestIdOf(call);
  const controller = new AbortController();
  let context: CallContext | undefined;
  let message: Message | undefined;
  let headers: Metadata | undefined;
  let timer: NodeJS.Timeout | undefined;
  let guard: NodeJS.Timeout | undefined;
  let waiting = true;
  let entered = false;

  const settle = (code: number, reason: string, fault: unknown): boolean => {
    if (!waiting) return false;
    waiting = false;
    clearTimeout(timer);
    clearInterval(guard);
    const durationMs = performance.now() - startedMs;
    method.record(code, durationMs);
    span.end(code, reason);
    writeLine(parts, method, context?.principal, requestId, span, code, reason, durationMs, fault);
    return true;
  };

  const fail = (error: unknown): void => {
    if (!waiting) return;
    const outcome = outcomeOf(error, parts.contract, span.traceId);
    if (outcome.fault === undefined && !facts.reasons.has(outcome.reason)) {
      // Partners and the documentation know no more of a method's refusals than its contract says.
      parts.log.warn({ method: facts.fullName, reason: outcome.reason }, "a refusal that the method does not declare");
    }
    settle(outcome.code, outcome.reason, outcome.fault);
    if (headers !== undefined) outcome.metadata.merge(headers);
    outcome.metadata.set("x-request-id", requestId);
    answer(outcome);
  };

  const expire = (): void => {
    const refusal = new Refusal("DEADLINE_EXCEEDED", "The call's time was over before an answer was there.");
    fail(refusal);
    controller.abort(refusal);
  };

  const askAgain = (): void => {
    try {
      const principal = parts.identify(call.metadata, facts);
      checkScopes(principal, facts);
      if (message !== undefined) method.checkProperty?.(message, principal);
    } catch (refusal) {
      fail(refusal);
      controller.abort(refusal);
    }
  };

  return {
    open() {
      parts.admission.enter(facts);
      entered = true;
      const principal = parts.identify(call.metadata, facts);
      method.countRetired?.(principal.partner);
      checkScopes(principal, facts);
      const statedNow = readStatedNow(firstText(call.metadata, "staymesh-now"), principal);
      const nowMs = Date.now();
      const deadlineMs = deadlineOf(call, nowMs, facts.timeoutMs);
      if (deadlineMs <= nowMs) {
        throw new Refusal("DEADLINE_EXCEEDED", "The call arrived with no time left.");
      }
      timer = setTimeout(expire, Math.min(deadlineMs - nowMs, TIMER_MAX_MS));
      // A stream may outlive the right to it by an hour.
      if (facts.kind !== "unary") guard = setInterval(askAgain, ASK_AGAIN_MS).unref();
      context = {
        principal,
        requestId,
        now: statedNow ?? parts.clock(),
        ...(statedNow === undefined ? undefined : { statedNow }),
        deadlineMs,
        signal: controller.signal,
        trace: span,
        log: callLog(parts.log, facts.fullName, requestId, span.traceId),
        method: facts,
        contract: parts.contract,
        get fingerprint() {
          if (message === undefined)
            throw new Error(`${facts.fullName} has no request message to take a fingerprint of`);
          return fingerprint(facts, message);
        },
        setHeader(name, value) {
          headers ??= new Metadata();
          headers.set(name, value);
        },
      };
      return context;
    },
    accept(bytes) {
      const accepted: Accepted = acceptRequest(method, bytes, principalOf(context));
      message = accepted.message;
      return accepted.request;
    },
    headers() {
      const sent = headers ?? new Metadata();
      sent.set("x-request-id", requestId);
      return sent;
    },
    waiting: () => waiting,
    succeed: () => settle(status.OK, "", undefined),
    fail,
    cancel() {
      if (!settle(status.CANCELLED, "", undefined)) return;
      controller.abort(new DOMException("The caller has gone away.", "AbortError"));
    },
    leave() {
      if (entered) parts.admission.leave(facts);
      entered = false;
    },
  };
}

function principalOf(context: CallContext | undefined): Principal {
  if (context === undefined) throw new Error("a request was read before its call was opened");
  return context.principal;
}

function requestIdOf(call: IncomingCall): string {
  const given = firstText(call.metadata, "x-request-id");
  return given !== undefined && requestIdShape.test(given) ? given : randomUUID();
}

function deadlineOf(call: IncomingCall, nowMs: number, timeoutMs: number): number {
  const own = nowMs + timeoutMs;
  const given = call.getDeadline();
  const givenMs = typeof given === "number" ? given : given.getTime();
  return givenMs < own ? givenMs - ANSWER_MARGIN_MS : own;
}

function writeLine(
  parts: ServerParts,
  method: ServedMethod,
  principal: Principal | undefined,
  requestId: string,
  span: LiveSpan,
  code: number,
  reason: string,
  durationMs: number,
  fault: unknown,
): void {
  const fields: Record<string, unknown> = {
    method: method.facts.fullName,
    code: codeName(code),
    reason,
    durationMs: Math.round(durationMs * 100) / 100,
    partner: principal?.partner ?? "",
    caller: principal?.service ?? principal?.keyId ?? "",
    requestId,
    traceId: span.traceId,
  };
  if (fault === undefined) {
    parts.log.info(fields, "call");
  } else {
    fields["err"] = fault;
    parts.log.error(fields, "call failed");
  }
}
