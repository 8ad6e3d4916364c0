import { defaultImage, loadContract, type Route } from "@staymesh/contract";
import { silentLog } from "@staymesh/service-kit";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { createCors } from "../../src/app/cors.ts";
import { createEdge, type Edge } from "../../src/app/edge.ts";
import { createObserve } from "../../src/app/observe.ts";
import { type Upstream, UpstreamError } from "../../src/app/ports.ts";

const INTERNAL = 13;

/** The edge in front of staymesh's own contract, and behind it a service that fails: whatever gets through becomes a 500. */
export async function edgeOfEverything(): Promise<Edge> {
  const contract = loadContract(await defaultImage());
  const failing = () => Promise.reject(new UpstreamError(INTERNAL, "the request came through", undefined));
  const upstream: Upstream = {
    address: "nowhere",
    unary: () => ({ answer: failing(), cancel: () => {} }),
    stream: () => ({ messages: failingStream(), headers: () => ({}), cancel: () => {} }),
    reachable: async () => true,
    close: () => {},
  };
  const names = contract.services.map(({ name }) => name).filter((name) => name.startsWith("staymesh."));
  return createEdge({
    contract,
    upstreams: new Map(names.map((name) => [name, upstream])),
    asksKeys: false,
    maxBodyBytes: 2 * 1024 * 1024,
    maxUriBytes: 8192,
    pages: async () => undefined,
    cors: createCors([]),
    observe: createObserve(noTelemetry(), silentLog),
    log: silentLog,
  });
}

// biome-ignore lint/correctness/useYield: it fails before there is anything to give.
async function* failingStream(): AsyncGenerator<Buffer> {
  throw new UpstreamError(INTERNAL, "the request came through", undefined);
}

/** A path that the route's template takes. */
export function pathOf({ template }: Route): string {
  const parts = template.segments.map((segment) => (segment.kind === "literal" ? segment.value : "x1"));
  return `/${parts.join("/")}${template.verb === "" ? "" : `:${template.verb}`}`;
}
