import type { LiveSpan } from "@staymesh/service-kit";
import type { CallHeaders, EdgeRequest } from "./ports.ts";
import type { ProblemIds } from "./problem.ts";
import { invalidRequest, type Reasons } from "./problem.ts";
import { readServerTimeout } from "./request-headers.ts";

/** What one request carries through the edge. */
export interface RequestContext extends ProblemIds {
  readonly span: LiveSpan;
}

/** Headers that pass to the services as they are; everything else stays at the edge. */
const FORWARDED = ["accept-language", "tracestate", "baggage", "staymesh-now"] as const;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The metadata of the call to the service. */
export function callHeaders(request: EdgeRequest, context: RequestContext, passesKey: boolean): CallHeaders {
  const headers: Record<string, string> = {
    "x-request-id": context.requestId,
    traceparent: `00-${context.span.traceId}-${context.span.spanId}-${context.span.sampled ? "01" : "00"}`,
  };
  for (const name of FORWARDED) {
    const value = request.headers[name];
    // Metadata takes ASCII only; what is none could not be meant for a service.
    if (value !== undefined && PRINTABLE.test(value)) headers[name] = value;
  }
  const key = request.headers["authorization"];
  if (passesKey && key !== undefined && PRINTABLE.test(key)) headers["authorization"] = key;
  return headers;
}

/** The earlier of what the client and what the contract allow. */
export function deadlineOf(request: EdgeRequest, timeoutMs: number, reasons: Reasons): number {
  const header = request.headers["x-server-timeout"];
  if (header === undefined) return Date.now() + timeoutMs;
  const timeout = readServerTimeout(header);
  if ("problem" in timeout) throw invalidRequest(reasons, [timeout.problem]);
  return Date.now() + Math.min(timeoutMs, timeout.value);
}
