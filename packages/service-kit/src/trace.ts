import { randomFillSync } from "node:crypto";

/** Where a piece of work stands in a distributed trace. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The span that another one is part of. */
export type TraceParent = TraceSpan;

/** A span that is still running. */
export interface LiveSpan extends TraceSpan {
  /** Closes it with a gRPC status code and, where there is one, the reason. */
  readonly end: (code: number, reason: string) => void;
}

export type SpanKind = "server" | "client" | "internal";

const traceparentShape = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const noTrace = "0".repeat(32);
const noSpan = "0".repeat(16);

/** Reads a W3C traceparent; anything malformed counts as none, as the standard says. */
export function readTraceparent(value: string | undefined): TraceParent | undefined {
  if (value === undefined) return undefined;
  const match = traceparentShape.exec(value);
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (traceId === noTrace || spanId === noSpan) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a span as the traceparent of what it calls. */
export function writeTraceparent(span: TraceSpan): string {
  return `00-${span.traceId}-${span.spanId}-${span.sampled ? "01" : "00"}`;
}

/** A span that nobody collects: its ids still tie log lines of one call together. */
export function lightSpan(parent: TraceParent | undefined): LiveSpan {
  return {
    traceId: parent?.traceId ?? randomHex(16),
    spanId: randomHex(8),
    // A trace that begins here may still be collected by a service further down.
    sampled: parent?.sampled ?? true,
    end: ignore,
  };
}

const ignore = () => {};

// Random bytes are drawn in blocks, since one draw per id costs more than the rest of the span.
const pool = Buffer.alloc(4096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString("hex", used - bytes, used);
}
