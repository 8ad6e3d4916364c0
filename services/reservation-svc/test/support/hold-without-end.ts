// A process of its own that makes holds, 48 at a time, and prints the id of each as soon as it is acknowledged.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { silentLog } from "@staymesh/service-kit";
import { gatheredWrites } from "../../src/adapters/gathered-writes.ts";
import { openPool } from "../../src/adapters/pool.ts";
import { reservationStore } from "../../src/adapters/reservation-store.ts";
import { holdOf } from "./gathered.ts";

const pool = openPool({ url: process.argv[2] ?? "", max: 4, onError: () => {} });
const store = gatheredWrites(pool, reservationStore(pool), silentLog);

async function caller(): Promise<never> {
  for (;;) {
    const stay = { id: randomUUID(), requestId: randomUUID(), first: 1, nights: 1, types: ["a"] };
    const { outcome } = await store.hold(holdOf(stay));
    if (outcome === "DONE") writeSync(1, `${stay.id}\n`);
  }
}

await Promise.all(Array.from({ length: 48 }, caller));
