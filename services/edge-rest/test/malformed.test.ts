import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { silentLog } from "@staymesh/service-kit";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { expect } from "chai";
import { contract, methods } from "../../../test/contract/requests.ts";
import { fuzz } from "../../../test/fuzz/run.ts";
import { until } from "../../../test/mesh/until.ts";
import { readConfig } from "../src/config.ts";
import { type RunningEdge, startEdge } from "../src/start.ts";
import { type Answering, openAnswering } from "./support/answering.ts";

const REQUESTS = 5000;
const SEED = 20261125;
const KEY = "sk_somebody";
/** What the whole process, client and services included, may hold more at the end than after the first fifth. */
const GROWTH_MAX = 12 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

function heapAfterCollection(): number {
  if (typeof collect === "function") collect();
  return process.memoryUsage().heapUsed;
}

// The short form of `npm run fuzz`: every door of the edge, with a service that answers whatever gets through.
describe("requests that are malformed", function () {
  this.timeout(180_000);
  const routed = methods.filter(({ http }) => http.length > 0);
  let services: Answering;
  let edge: RunningEdge;

  before(async () => {
    services = await openAnswering(routed);
    const names = new Set(routed.map(({ service }) => service));
    const upstreams = [...names].map((name) => `${name}=${services.address}`).join(",");
    const config = readConfig({ UPSTREAMS: upstreams, HTTP_PORT: "0", ADMIN_PORT: "0", DRAIN_TIMEOUT_MS: "500" });
    edge = await startEdge({ config, contract, telemetry: noTelemetry(), log: silentLog });
  });
  after(async () => {
    await edge.close();
    services.close();
  });

  it(`never make the edge fail, leak or grow, ${REQUESTS} of them`, async () => {
    const heaps: number[] = [];
    const pause = { every: REQUESTS / 5, look: async () => void heaps.push(heapAfterCollection()) };
    const where = { host: "127.0.0.1", port: edge.port, key: KEY, methods: routed };
    const { failures, seen, seenOfOne } = await fuzz({
      ...where,
      ...{ seed: SEED, first: 0, requests: REQUESTS, atOnce: 12, pause },
    });
    expect(failures).to.deep.equal([]);
    await until("no call to a service stays open", 10_000, async () => (services.open() === 0 ? true : undefined));
    const [early = 0, , , , last = 0] = heaps;
    expect(last - early, "bytes of growth").to.be.below(GROWTH_MAX);
    expect([...seen.values()].reduce((sum, count) => sum + count, 0)).to.equal(REQUESTS);
    // Most come far enough to be refused for what is wrong with them, or go through to the service.
    const deep = [...seenOfOne].filter(([what]) => /^(400 for its|200|201|204)/.test(what));
    expect(deep.reduce((sum, [, count]) => sum + count, 0)).to.be.above(REQUESTS / 4);
    expect(services.heard()).to.be.above(REQUESTS / 20);
  });
});
