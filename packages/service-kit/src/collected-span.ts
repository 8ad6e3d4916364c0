import { SpanKind as OtelKind, ROOT_CONTEXT, SpanStatusCode, TraceFlags, type Tracer, trace } from "@opentelemetry/api";
import type { LiveSpan, SpanKind, TraceParent } from "./trace.ts";

const kinds = { server: OtelKind.SERVER, client: OtelKind.CLIENT, internal: OtelKind.INTERNAL } as const;

/** A span that an exporter will get. Its attributes name the method and the outcome, never what was asked. */
export function collectedSpan(
  tracer: Tracer,
  kind: SpanKind,
  service: string,
  method: string,
  parent: TraceParent | undefined,
): LiveSpan {
  const context =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId: parent.traceId,
          spanId: parent.spanId,
          traceFlags: parent.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
          isRemote: true,
        });
  const attributes = { "rpc.system": "grpc", "rpc.service": service, "rpc.method": method };
  const span = tracer.startSpan(`${service}/${method}`, { kind: kinds[kind], attributes }, context);
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceId,
    spanId,
    sampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
    end(code, reason) {
      span.setAttribute("rpc.grpc.status_code", code);
      if (reason !== "") span.setAttribute("error.type", reason);
      if (code !== 0) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}
