import type { Contract } from "@staymesh/contract";
import { openApiDocument } from "@staymesh/contract";
import { type Logger, openPrincipals, systemClock, type Telemetry } from "@staymesh/service-kit";
import { openAdmin } from "@staymesh/service-kit/admin";
import { connectUpstream } from "./adapters/grpc-upstream.ts";
import { openRedisLimiter } from "./adapters/redis-limiter.ts";
import { createCors } from "./app/cors.ts";
import { createEdge } from "./app/edge.ts";
import { createObserve } from "./app/observe.ts";
import { toldReasons } from "./app/own-reasons.ts";
import { createPages } from "./app/pages.ts";
import type { Upstream } from "./app/ports.ts";
import { quotas } from "./app/quota.ts";
import { createRate, type Rate } from "./app/rate.ts";
import type { Config } from "./config.ts";
import { createConnectMount } from "./http/connect.ts";
import { readDocsFiles } from "./http/docs-files.ts";
import { serveHttp } from "./http/server.ts";

export interface RunningEdge {
  readonly port: number;
  readonly adminPort: number;
  readonly close: () => Promise<void>;
}

export interface StartParts {
  readonly config: Config;
  readonly contract: Contract;
  readonly telemetry: Telemetry;
  readonly log: Logger;
}

const MAX_URI_BYTES = 8 * 1024;
const REACHABLE_WITHIN_MS = 1000;
const TITLE = "staymesh";
const FOREIGN_TITLE = "REST API";
const DESCRIPTION = [
  "Send `Authorization: Bearer <key>` with every request. Refusals are `application/problem+json`: `reason` is for programs, `remedy` says what can be done.",
  "Every write may carry an `Idempotency-Key`, a UUID: the same key with the same request has one effect and one answer, however often it is sent. Lists are read page by page with `nextPageToken`, or by following `Link`.",
  "Amounts are whole minor units in strings, days are `YYYY-MM-DD`, and 64-bit integers are strings.",
  "Members and enum values that a client does not know yet may come in answers at any time; a member that a request may not have is refused.",
].join("\n\n");

/** Puts the edge together and serves it; everything that can be wrong with contract and settings is wrong now. */
export async function startEdge({ config, contract, telemetry, log }: StartParts): Promise<RunningEdge> {
  const upstreams = connectAll(contract, config.upstreams);
  const reachable = () => reach(config.upstreams, upstreams);
  const isOwn = config.descriptorImage === undefined;
  const title = isOwn ? TITLE : FOREIGN_TITLE;
  let draining = false;
  const cors = createCors(config.corsOrigins);
  const limits = await limitsOf({ config, contract, telemetry, log });
  const edge = createEdge({
    contract,
    upstreams,
    asksKeys: config.auth === "keys",
    maxBodyBytes: config.maxBodyBytes,
    maxUriBytes: MAX_URI_BYTES,
    cors,
    ...(limits === undefined ? {} : { rate: limits.rate }),
    observe: createObserve(telemetry, log),
    pages: createPages({
      title,
      openApi: () =>
        openApiDocument(contract, edge.routes, {
          title,
          ...(isOwn ? { description: DESCRIPTION } : {}),
          asksKeys: config.auth === "keys",
          ownReasons: toldReasons,
        }),
      docs: () => readDocsFiles(title),
      reachable,
      isDraining: () => draining,
    }),
    log,
  });
  const { maxBodyBytes } = config;
  const { registry } = contract;
  const http = await serveHttp({
    edge,
    connect: createConnectMount({ rpcs: edge.rpcs, registry, cors, maxBodyBytes, log }),
    reasons: contract.reasons,
    host: config.host,
    port: config.httpPort,
    maxBodyBytes: config.maxBodyBytes,
    log,
  });
  const admin = await openAdmin({
    host: config.host,
    port: config.adminPort,
    ready: async () => !draining && [...(await reachable()).values()].every(Boolean),
    metricsText: telemetry.metricsText,
    log,
  });
  log.info({ port: http.port, adminPort: admin.port, routes: edge.routes.length }, "listening");
  return {
    port: http.port,
    adminPort: admin.port,
    close: async () => {
      draining = true;
      await http.drain(config.drainTimeoutMs);
      for (const upstream of new Set(upstreams.values())) upstream.close();
      limits?.close();
      await admin.close();
      await telemetry.shutdown();
    },
  };
}

interface Limits {
  readonly rate: Rate;
  readonly close: () => void;
}

/** Quotas are counted only where there is a Redis to count them in. */
async function limitsOf({ config, contract, telemetry, log }: StartParts): Promise<Limits | undefined> {
  const { redisUrl, partnersFile, ratePerMinute: perMinute, rateBurst: burst } = config;
  if (redisUrl === undefined) return undefined;
  const principals = partnersFile === undefined ? undefined : await openPrincipals(partnersFile, log, systemClock);
  const passed = telemetry.meter.createCounter("edge.rate_limit.failed_open", {
    description: "Requests that passed because the limiter could not be asked",
  });
  const limiter = openRedisLimiter({ url: redisUrl, failedOpen: () => passed.add(1), log });
  return {
    rate: createRate({
      limiter,
      quotaOf: quotas({ perMinute, burst }, principals?.identify),
      reasons: contract.reasons,
    }),
    close: () => {
      limiter.close();
      principals?.close();
    },
  };
}

/** One connection for each address, however many services live there. */
function connectAll(contract: Contract, addresses: Config["upstreams"]): ReadonlyMap<string, Upstream> {
  const known = new Set(contract.services.map(({ name }) => name));
  const unknown = [...addresses.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`UPSTREAMS names what the contract does not have: ${unknown.join(", ")}`);
  const byAddress = new Map<string, Upstream>();
  for (const address of addresses.values()) {
    if (!byAddress.has(address)) byAddress.set(address, connectUpstream(address));
  }
  const byService = new Map<string, Upstream>();
  for (const [service, address] of addresses) {
    const upstream = byAddress.get(address);
    if (upstream !== undefined) byService.set(service, upstream);
  }
  return byService;
}

/** By service name, since addresses are nobody's business outside. */
async function reach(
  addresses: Config["upstreams"],
  upstreams: ReadonlyMap<string, Upstream>,
): Promise<ReadonlyMap<string, boolean>> {
  const states = new Map<Upstream, Promise<boolean>>();
  for (const upstream of upstreams.values()) {
    if (!states.has(upstream)) states.set(upstream, upstream.reachable(REACHABLE_WITHIN_MS));
  }
  const found = new Map<string, boolean>();
  for (const service of addresses.keys()) {
    const upstream = upstreams.get(service);
    found.set(service, upstream !== undefined && ((await states.get(upstream)) ?? false));
  }
  return found;
}
