import { setTimeout as wait } from "node:timers/promises";
import { type ServiceError, status } from "@grpc/grpc-js";
import type { BackgroundCall } from "./call.ts";
import { failureOf, isServiceError } from "./client-failure.ts";
import { type ClientMethod, type ClientParts, deadlineFor, metadataFor, takePlace } from "./client-method.ts";
import { waitBeforeRetry } from "./retry.ts";
import type { LiveSpan } from "./trace.ts";

/** The function that makes a unary call: within the deadline, and again where the contract allows it. */
export function callOnce(
  parts: ClientParts,
  method: ClientMethod,
): (request: unknown, from: BackgroundCall) => Promise<unknown> {
  return async (request, from) => {
    const bytes = method.encode(request);
    const deadlineMs = deadlineFor(method, from);
    takePlace(parts, method);
    try {
      for (let failures = 1; ; failures++) {
        try {
          const answer = await attemptOnce(parts, method, bytes, from, deadlineMs);
          parts.budget.success();
          return answer;
        } catch (error) {
          if (!isServiceError(error)) throw error;
          const leftMs = deadlineMs - Date.now();
          const pause = waitBeforeRetry(method.policy.retry, error, failures, leftMs, parts.budget);
          if (pause === undefined || from.signal?.aborted === true) {
            throw failureOf(method.facts.fullName, error, from.signal);
          }
          await wait(pause);
        }
      }
    } finally {
      parts.load.underWay--;
    }
  };
}

function attemptOnce(
  parts: ClientParts,
  method: ClientMethod,
  bytes: Buffer,
  from: BackgroundCall,
  deadlineMs: number,
): Promise<unknown> {
  const { facts, wire } = method;
  const { signal } = from;
  signal?.throwIfAborted();
  const startedMs = performance.now();
  const span = parts.telemetry.startSpan("client", facts.service, facts.name, from.trace);
  return new Promise((resolve, reject) => {
    const call = parts.channel.makeUnaryRequest(
      facts.path,
      same,
      wire.responseDeserialize,
      bytes,
      metadataFor(parts, from, span),
      { deadline: deadlineMs },
      (error: ServiceError | null, response?: unknown) => {
        signal?.removeEventListener("abort", cancel);
        end(method, span, startedMs, error);
        if (error === null) resolve(response);
        else reject(error);
      },
    );
    const cancel = () => call.cancel();
    signal?.addEventListener("abort", cancel);
  });
}

function end(method: ClientMethod, span: LiveSpan, startedMs: number, error: ServiceError | null): void {
  const code = error?.code ?? status.OK;
  method.record(code, performance.now() - startedMs);
  span.end(code, "");
}

const same = (bytes: Buffer): Buffer => bytes;
