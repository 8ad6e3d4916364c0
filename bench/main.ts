// `npm run bench`: bookings and searches per second through gRPC and REST, beside what PostgreSQL alone does with the same
// statements, in the same minutes on the same machine. `-- --short` is a quick look, not a measurement.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startTestParts } from "../scripts/test/parts.ts";
import { toBytes } from "../test/contract/requests.ts";
import { holdRequest, succeed } from "../test/mesh/hotel.ts";
import { methodNamed, rpcOf } from "../test/mesh/rpc.ts";
import { startSystem } from "../test/support/system.ts";
import { holdTemplates, openHotels, placeholder, search } from "./hotels.ts";
import type { BookingOptions, BookingSamples } from "./load/bookings.ts";
import { medianOf, type Sample } from "./load/sample.ts";
import { commits, holdScript, pgbench } from "./pgbench.ts";
import { machine, type Row, table, write } from "./results.ts";
import { howToInstall, isInstalled, output, type Program } from "./run-program.ts";
import { readScript } from "./search-statement.ts";
import { searchByGrpc, searchByRest } from "./searches.ts";

const { values } = parseArgs({ options: { short: { type: "boolean", default: false } } });
const plan = values.short
  ? { runs: 1, seconds: 3, warmUpSeconds: 2, callers: 32 }
  : { runs: 5, seconds: 8, warmUpSeconds: 4, callers: 32 };

for (const program of ["pgbench", "h2load", "wrk"] as const satisfies readonly Program[]) {
  if (!isInstalled(program)) {
    console.log(`${program} is missing, and nothing is measured without it: ${howToInstall(program)}`);
    process.exit(1);
  }
}

await using parts = await startTestParts();
Object.assign(process.env, parts.env);
const folder = mkdtempSync(join(tmpdir(), "staymesh-bench-"));
const quiet = { LOG_LEVEL: "warn" };
await using system = await startSystem({
  services: ["bank", "payment-svc", "reservation-svc", "edge-rest"],
  env: { bank: quiet, "payment-svc": quiet, "reservation-svc": quiet, "edge-rest": quiet },
});
const { key } = system;
const databaseUrl = system.databaseUrls["reservation-svc"];
const rpc = rpcOf({ grpc: system.addresses });
const hotels = await openHotels(rpc, key);
// The statement that pgbench repeats is learned from this hold.
if (hotels[0] !== undefined)
  await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotels[0]), { key });
const scripts = { hold: await holdScript(databaseUrl), read: readScript(hotels) };
const message = toBytes(methodNamed("StayService/SearchStays"), search);
const query = new URLSearchParams(
  Object.entries(search).map(([name, value]): [string, string] => [name, String(value)]),
);
const searchUrl = `${system.baseUrl}/v1/stays:search?${query}`;
const searchLoad = { folder, key, callers: plan.callers, seconds: plan.seconds };

const book = async (through: "grpc" | "rest"): Promise<BookingSamples> => {
  const address = through === "grpc" ? system.addresses.reservation : `127.0.0.1:${system.ports.edge}`;
  const { callers, warmUpSeconds, seconds } = plan;
  const holds = holdTemplates(hotels, through);
  const options: BookingOptions = { through, address, key, holds, placeholder, callers, warmUpSeconds, seconds };
  const script = fileURLToPath(new URL("load/bookings.ts", import.meta.url));
  const file = join(folder, "bookings.json");
  writeFileSync(file, JSON.stringify(options));
  const samples: BookingSamples = JSON.parse(await output(process.execPath, [script, file]));
  if (samples.failures.length > 0)
    throw new Error(`bookings through ${through} failed: ${samples.failures.join("; ")}`);
  return samples;
};
const bound = (name: "hold" | "read") =>
  pgbench(scripts[name], name, { folder, databaseUrl, clients: 16, seconds: plan.seconds });

const measured = new Map<string, Sample[]>();
const note = (what: string, sample: Sample) => {
  measured.set(what, [...(measured.get(what) ?? []), sample]);
  console.log(`  ${what}: ${sample.perSecond.toFixed(0)}/s, p50 ${sample.p50Ms.toFixed(1)} ms`);
};
const median = (what: string): Sample => medianOf(measured.get(what) ?? []);

// Everything once before it counts: code is compiled, pools are filled, caches are warm.
await searchByGrpc(system.addresses.reservation, message, { ...searchLoad, seconds: plan.warmUpSeconds });
await searchByRest(searchUrl, { ...searchLoad, seconds: plan.warmUpSeconds });
let commitsOfBookings = 0;
let bookings = 0;
for (let run = 1; run <= plan.runs; run += 1) {
  console.log(`run ${run} of ${plan.runs}`);
  note("hold statement, pgbench", await bound("hold"));
  const before = (await commits(databaseUrl)) + (await commits(system.databaseUrls["payment-svc"]));
  const byGrpc = await book("grpc");
  note("booking, gRPC", byGrpc.bookings);
  note("  its hold", byGrpc.holds);
  note("  its confirmation", byGrpc.confirms);
  const after = (await commits(databaseUrl)) + (await commits(system.databaseUrls["payment-svc"]));
  commitsOfBookings += after - before;
  bookings += byGrpc.bookings.perSecond * (plan.seconds + plan.warmUpSeconds);
  const byRest = await book("rest");
  note("booking, REST", byRest.bookings);
  note("search statement, pgbench", await bound("read"));
  note("search, gRPC", await searchByGrpc(system.addresses.reservation, message, searchLoad));
  note("search, REST", await searchByRest(searchUrl, searchLoad));
}
rpc[Symbol.dispose]();

const held = median("hold statement, pgbench");
const read = median("search statement, pgbench");
const rows: readonly Row[] = [
  { what: "hold statement, pgbench", sample: held, bound: undefined },
  ...["booking, gRPC", "  its hold", "  its confirmation", "booking, REST"].map((what) => ({
    ...{ what, sample: median(what) },
    bound: what.startsWith("booking") ? held : undefined,
  })),
  { what: "search statement, pgbench", sample: read, bound: undefined },
  ...["search, gRPC", "search, REST"].map((what) => ({ what, sample: median(what), bound: read })),
];
const perBooking = (commitsOfBookings / bookings).toFixed(1);
const text = `# Bookings and searches, ${new Date().toISOString().slice(0, 10)}

${machine()}; medians of ${plan.runs} run(s) of ${plan.seconds} s, ${plan.callers} callers, everything on this one machine.

${table(rows)}

A booking is a hold and its confirmation with a captured payment at the sandbox bank, through two services and the bank, with fsync on:
about ${perBooking} commits in two databases, and two calls to the bank, each written to its book. The bound of a booking is the hold statement alone,
run by pgbench with 16 clients; the bound of a search is the statement that reads the same nights and prices from PostgreSQL. pgbench
tells its average as p50.
`;
console.log(`\n${text}`);
if (!values.short) console.log(`written to ${write(fileURLToPath(new URL("results", import.meta.url)), text)}`);
