// `npm run fuzz -- --seed 1 --requests 100000`: malformed requests against the whole system; `--first` and `--requests 1` send one again.
import { parseArgs } from "node:util";
import { freePort } from "../../scripts/parts/ports.ts";
import { startTestParts } from "../../scripts/test/parts.ts";
import { methods } from "../contract/requests.ts";
import { until } from "../mesh/until.ts";
import { startSystem } from "../support/system.ts";
import { type Held, openInspector } from "./inspect.ts";
import { prepare } from "./prepare.ts";
import { fuzz } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    first: { type: "string", default: "0" },
    requests: { type: "string", default: "100000" },
    "at-once": { type: "string", default: "12" },
  },
});
const number = (name: keyof typeof values): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
  return value;
};
const [seed, first, requests, atOnce] = [number("seed"), number("first"), number("requests"), number("at-once")];
/** How much more the edge may hold at the end than after its first tenth. */
const GROWTH_MAX = 8 * 1024 * 1024;
/** Connections to the services that the edge may have opened since it began. */
const SOCKETS_MORE = 8;
const EDGE_ENV = { RATE_LIMIT_PER_MINUTE: "10000000", RATE_LIMIT_BURST: "10000000", LOG_LEVEL: "error" };

await using parts = await startTestParts();
Object.assign(process.env, parts.env);
const inspectPort = await freePort();
await using system = await startSystem({
  services: ["bank", "payment-svc", "reservation-svc", "report-svc", "edge-rest"],
  env: { "edge-rest": { ...EDGE_ENV, NODE_OPTIONS: `--inspect=127.0.0.1:${inspectPort}` } },
});
await prepare(system.baseUrl, system.key);
const inspector = await openInspector(inspectPort);
const routed = methods.filter(({ http }) => http.length > 0);
console.log(`seed ${seed}: ${requests} malformed requests to ${routed.length} methods`);

let stopping = false;
process.once("SIGINT", () => {
  console.log("stopping after this tenth ...");
  stopping = true;
});
const looks: Held[] = [];
const started = performance.now();
const look = async (through: number): Promise<void> => {
  const held = await inspector.held();
  looks.push(held);
  const perSecond = Math.round((through / (performance.now() - started)) * 1000);
  console.log(
    `${String(through).padStart(7)} through, ${perSecond}/s, edge holds ${(held.heapBytes / 1024 / 1024).toFixed(1)} MiB, ` +
      `${held.streams} streams, ${held.sockets} sockets, ${held.timers} timers`,
  );
};
await look(0);
const pause = { every: Math.max(1, Math.ceil(requests / 10)), look, isOver: () => stopping };
const told = await fuzz({
  ...{ methods: routed, key: system.key, host: "127.0.0.1", port: system.ports.edge },
  ...{ seed, first, requests, atOnce, pause },
});
const problems = [...told.failures];
const [before, early] = looks;
const letGo = async () => {
  const { streams, sockets } = await inspector.held();
  return streams === 0 && sockets <= (before?.sockets ?? 0) + SOCKETS_MORE ? true : undefined;
};
await until("the edge lets go of every stream and connection of the run", 15_000, letGo, 500).catch((error: unknown) =>
  problems.push(String(error)),
);
await look(requests);
const last = looks.at(-1);
if (early !== undefined && last !== undefined && last.heapBytes > early.heapBytes + GROWTH_MAX) {
  problems.push(
    `the edge grew by ${((last.heapBytes - early.heapBytes) / 1024 / 1024).toFixed(1)} MiB after its first tenth`,
  );
}
for (const name of ["bank", "payment-svc", "reservation-svc", "report-svc", "edge-rest"] as const) {
  if (!system.isRunning(name)) problems.push(`${name} has ended`);
}
if (!(await fetch(`${system.baseUrl}/readyz`)).ok) problems.push("the edge is not ready any more");
inspector.close();

const table = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
console.log(`answers: ${table(told.seen)}`);
console.log(`of those with one defect: ${table(told.seenOfOne)}`);
console.log(`defects: ${table(told.defects)}`);
for (const problem of problems) console.log(`FAILED: ${problem}`);
console.log(`seed ${seed}: ${problems.length === 0 ? "nothing failed" : `${problems.length} problems`}`);
process.exitCode = problems.length === 0 ? 0 : 1;
