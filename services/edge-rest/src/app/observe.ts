import type { LiveSpan, Logger, Telemetry } from "@staymesh/service-kit";
import { readTraceparent } from "@staymesh/service-kit/trace";
import type { EdgeRequest } from "./ports.ts";

/** Follows one request: its span, its place in the histogram, and a line where something is wrong. */
export type Observe = (request: EdgeRequest) => Observed;

export interface Observed {
  readonly span: LiveSpan;
  readonly end: (route: string | undefined, status: number, code: number, reason: string, requestId: string) => void;
}

type Labels = { readonly "http.route": string; readonly "http.response.status_code": number };

const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createObserve(telemetry: Telemetry, log: Logger): Observe {
  const histogram = telemetry.meter.createHistogram("http.server.request.duration", {
    description: "How long a request took until its answer began",
    unit: "s",
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  // Routes and statuses are few; a caller's own path is never a label.
  const labels = new Map<string, Labels>();
  const labelsOf = (route: string, status: number): Labels => {
    const key = `${status} ${route}`;
    const known = labels.get(key) ?? { "http.route": route, "http.response.status_code": status };
    labels.set(key, known);
    return known;
  };
  return (request) => {
    const started = performance.now();
    const span = telemetry.startSpan("server", "edge-rest", "HTTP", readTraceparent(request.headers["traceparent"]));
    return {
      span,
      end: (route = "", status, code, reason, requestId) => {
        const durationMs = performance.now() - started;
        histogram.record(durationMs / 1000, labelsOf(route, status));
        span.end(code, reason);
        const fields = { requestId, traceId: span.traceId, route, status, reason, durationMs: Math.round(durationMs) };
        if (status >= 500) log.error(fields, "a request failed");
        else log.debug(fields, "a request was answered");
      },
    };
  };
}
