import type { Attributes, Histogram, Meter } from "@opentelemetry/api";
import { codeName } from "./codes.ts";

/** Records how long one call of one method took and how it ended. */
export type RecordCall = (code: number, durationMs: number) => void;

/** Makes the recorder of a method, once per method. */
export interface RpcMeter {
  readonly server: (method: string) => RecordCall;
  readonly client: (method: string) => RecordCall;
}

const boundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function rpcMeter(meter: Meter): RpcMeter {
  const histogram = (side: string) =>
    meter.createHistogram(`rpc.${side}.duration.seconds`, {
      description: `How long a call took, as its ${side} saw it`,
      advice: { explicitBucketBoundaries: boundaries },
    });
  const server = histogram("server");
  const client = histogram("client");
  return { server: (method) => recorder(server, method), client: (method) => recorder(client, method) };
}

function recorder(histogram: Histogram, method: string): RecordCall {
  // One attribute object per outcome, made when it first occurs: there are 17 codes at most.
  const known: Attributes[] = [];
  return (code, durationMs) => {
    known[code] ??= { "rpc.method": method, "rpc.code": codeName(code) };
    histogram.record(durationMs / 1000, known[code]);
  };
}
