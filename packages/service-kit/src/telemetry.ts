import { setTimeout as wait } from "node:timers/promises";
import { type Meter, metrics } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { collectedSpan } from "./collected-span.ts";
import { observeProcess } from "./process-metrics.ts";
import { type RpcMeter, rpcMeter } from "./rpc-meter.ts";
import { type LiveSpan, lightSpan, type SpanKind, type TraceParent } from "./trace.ts";

/** Spans and metrics of one process. */
export interface Telemetry {
  readonly startSpan: (kind: SpanKind, service: string, method: string, parent: TraceParent | undefined) => LiveSpan;
  readonly rpc: RpcMeter;
  /** For a service's own instruments. */
  readonly meter: Meter;
  /** All metrics in Prometheus' text format. */
  readonly metricsText: () => Promise<string>;
  /** Sends what is left and stops. */
  readonly shutdown: () => Promise<void>;
}

export interface TelemetryOptions {
  readonly name: string;
  /** Where spans are sent, as OTEL_EXPORTER_OTLP_ENDPOINT; without it nobody collects them and they are next to free. */
  readonly otlpEndpoint?: string | undefined;
  /** Further receivers of spans, for tests. */
  readonly spanProcessors?: readonly SpanProcessor[];
}

const SHUTDOWN_MAX_MS = 2000;

/** Starts spans and metrics; nothing is registered globally. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const resource = resourceFromAttributes({ "service.name": options.name });
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  const meters = new MeterProvider({ resource, readers: [exporter] });
  const meter = meters.getMeter("staymesh");
  const stopObserving = observeProcess(meter);

  const processors = [...(options.spanProcessors ?? []), ...otlpProcessors(options.otlpEndpoint)];
  const traces =
    processors.length === 0
      ? undefined
      : new TracerProvider({
          resource,
          sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
          spanProcessors: processors,
        });
  const tracer = traces?.getTracer("staymesh");

  return {
    startSpan: (kind, service, method, parent) =>
      tracer === undefined ? lightSpan(parent) : collectedSpan(tracer, kind, service, method, parent),
    rpc: rpcMeter(meter),
    meter,
    metricsText: async () => serializer.serialize((await exporter.collect()).resourceMetrics),
    shutdown: async () => {
      stopObserving();
      // A collector that is away must neither hold up the end of the process nor spoil it.
      const sent = Promise.allSettled([traces?.shutdown(), meters.shutdown()]);
      const late = new AbortController();
      await Promise.race([sent, wait(SHUTDOWN_MAX_MS, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    },
  };
}

/** Telemetry that measures nothing: trace ids are still made. */
export function noTelemetry(): Telemetry {
  const meter = metrics.getMeter("none");
  return {
    startSpan: (_kind, _service, _method, parent) => lightSpan(parent),
    rpc: { server: () => () => {}, client: () => () => {} },
    meter,
    metricsText: async () => "",
    shutdown: async () => {},
  };
}

function otlpProcessors(endpoint: string | undefined): readonly SpanProcessor[] {
  if (endpoint === undefined) return [];
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  return [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url }) })];
}
