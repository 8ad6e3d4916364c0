// What one unary call costs the caller: processor time of this process through the edge's own client, through grpc-js behind the
// same port, and through node:http2 with nothing around it. Run: node services/edge-rest/bench/upstream.ts [calls] [rounds]
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:http2";
import { fileURLToPath } from "node:url";
import { connectUpstream } from "../src/adapters/grpc-upstream.ts";
import { frameMessage } from "../src/adapters/http2/frame.ts";
import { requestHeaders } from "../src/adapters/http2/request-headers.ts";
import type { CallOptions, Upstream } from "../src/app/ports.ts";
import { connectReference } from "../test/support/grpc-js-upstream.ts";

const CALLS = Number(process.argv[2] ?? 10_000);
const ROUNDS = Number(process.argv[3] ?? 9);
const AT_ONCE = 32;
const request = Buffer.alloc(200, "request");

let sent = 0;
const options = (): CallOptions => ({
  path: "/staymesh.reservation.v1.ReservationService/GetReservation",
  headers: {
    "x-request-id": `7b1f1d5e-5b5b-4b5b-8b5b-${String(sent++).padStart(12, "0")}`,
    traceparent: `00-0af7651916cd43dd8448eb21${String(sent % 1e8).padStart(8, "0")}-b7ad6b7169203331-01`,
    authorization: "Bearer sk_sandbox_demo",
  },
  deadline: Date.now() + 10_000,
});

const server = fork(fileURLToPath(new URL("./upstream-server.ts", import.meta.url)));
const [{ port }] = await once(server, "message");
const address = `127.0.0.1:${port}`;
const session = connect(`http://${address}`);
const through = (upstream: Upstream) => () => upstream.unary(request, options(), true).answer;
const own = connectUpstream(address);
const reference = connectReference(address);
const ways: Readonly<Record<string, () => Promise<unknown>>> = {
  "own client": through(own),
  "grpc-js": through(reference),
  "bare node:http2": () =>
    new Promise((resolve, reject) => {
      const stream = session.request(requestHeaders(address, options(), Date.now()), { endStream: false });
      stream.on("data", () => {}).on("end", resolve);
      stream.on("error", reject);
      stream.end(frameMessage(request));
    }),
};

async function load(call: () => Promise<unknown>, calls: number): Promise<void> {
  let left = calls;
  const caller = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
}

const figures = new Map<string, number[]>();
for (const call of Object.values(ways)) await load(call, CALLS / 2);
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of Object.entries(ways)) {
    const before = process.cpuUsage();
    await load(call, CALLS);
    const { user, system } = process.cpuUsage(before);
    figures.set(name, [...(figures.get(name) ?? []), (user + system) / CALLS]);
  }
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
const of = (name: string) => figures.get(name) ?? [];
for (const name of Object.keys(ways)) console.log(`${name.padEnd(16)} ${median(of(name)).toFixed(1)} µs a call`);
const ratio = (above: string, below: string) => median(of(above).map((cost, round) => cost / (of(below)[round] ?? 1)));
console.log(`grpc-js / own client          ${ratio("grpc-js", "own client").toFixed(2)}`);
console.log(`own client / bare node:http2  ${ratio("own client", "bare node:http2").toFixed(2)}`);
own.close();
reference.close();
session.close();
server.kill();
