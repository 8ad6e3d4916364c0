// `npm run bench:edge`: what a request costs the edge, beside the same call written by hand and beside a NestJS gateway,
// over the same backend in the same minutes. `-- --rounds 1 --requests 300` is a quick look, not a measurement.
import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { machine, write } from "../results.ts";
import { compare } from "./compare.ts";
import { figures } from "./figures.ts";
import { gatewayNames, isNestInstalled, nestFolder } from "./gateways.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, requests: { type: "string", default: "10000" } },
});
const rounds = Number(values.rounds);
const requests = Number(values.requests);
if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(requests) && requests > 0)) {
  console.log("--rounds and --requests take whole numbers from 1 on.");
  process.exit(1);
}
if (!isNestInstalled()) {
  console.log("NestJS is missing and is installed into bench/edge/nest, once:");
  execFileSync("npm", ["ci"], { cwd: nestFolder, stdio: "inherit" });
}

const { answers, measured } = await compare({ gateways: gatewayNames, rounds, requests, tell: console.log });
for (const [call, [first, ...others]] of Object.entries(answers)) {
  const other = others.find(({ status, json }) => status !== first?.status || !isDeepStrictEqual(json, first.json));
  if (other !== undefined) throw new Error(`${other.gateway} answers ${call} otherwise than ${first?.gateway}.`);
}
const text = `# The edge beside other gateways, ${new Date().toISOString().slice(0, 10)}

${machine()}; medians of ${rounds} interleaved round(s) of ${requests} requests, everything on this one machine, whose
load average was ${loadavg()[0]?.toFixed(1)} at the end; where others are at work beside it, all figures are higher.

${figures(measured)}

CPU is that of the gateway's process alone, with 16 requests under way; the ratios are medians of each round's own. Latency is at 250
requests a second. GET reads five days of a calendar (2.5 KB of JSON), POST holds a reservation (1.3 KB), both from a backend that answers with bytes
that are ready. By hand is node:http, grpc-js and generated types with these two calls alone; what it and NestJS leave out stands in
bench/edge/by-hand.ts. The aim: the edge takes at most 1.25 of the CPU of by hand, and at most half of NestJS's.
`;
console.log(`\n${text}`);
// One round says little.
if (rounds > 1) console.log(`written to ${write(fileURLToPath(new URL("../results", import.meta.url)), text, "edge")}`);
