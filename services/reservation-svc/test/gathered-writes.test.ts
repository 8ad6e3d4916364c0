import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type pg from "pg";
import type { ReservationStore, WriteResult } from "../src/app/ports.ts";
import { holdOf, openStore, payOf, releaseOf, type Stay, type Store } from "./support/gathered.ts";

type Write = (store: ReservationStore) => Promise<WriteResult>;

/** A random mix over few rooms: holds, releases, twins, reused keys, stale catalogues, refusals, changes of what is not there. */
function mixOf(seed: number, size: number): readonly Write[] {
  let state = seed;
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  let ids = 0;
  // In no order, but the same ones for every run.
  const uuid = () => {
    const hex = createHash("sha256").update(`${seed} ${ids++}`).digest("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join("-");
  };
  const stays: Stay[] = [];
  const requests: string[] = [];
  const some = <T>(list: readonly T[]): T | undefined => list[random(list.length)];
  return Array.from({ length: size }, (): Write => {
    const requestId = (random(6) === 0 ? some(requests) : undefined) ?? uuid();
    requests.push(requestId);
    const kind = random(10);
    const known = some(stays);
    if (kind === 0 && known !== undefined) {
      const write = payOf(known, random(3), random(2) === 0 ? known.requestId : undefined);
      return (store) => store.change(write);
    }
    if (kind < 3 && known !== undefined) {
      const write = releaseOf(known, requestId, random(5) === 0 ? 7 : 1);
      return (store) => store.change(write);
    }
    const types = [...new Set(Array.from({ length: 1 + random(3) }, () => ["a", "b", "c"][random(3)] ?? "a"))];
    const stay: Stay = { id: uuid(), requestId, first: 1 + random(12), nights: 1 + random(4), types };
    const refusal = { reason: "RATE_NOT_FOUND", facts: { seed: String(seed) } };
    const write =
      kind === 3
        ? holdOf(stay, { catalogVersion: 2n })
        : kind === 4
          ? holdOf(stay, { refusal, booking: undefined })
          : holdOf(stay);
    if (kind > 4) stays.push(stay);
    return (store) => store.hold(write);
  });
}

const LEFT = {
  inventory: "SELECT room_type_id, night, sold, held FROM inventory ORDER BY 1, 2",
  ledger: `SELECT room_type_id, night, cause, reservation_id, sold_delta, held_delta, sold, held
    FROM inventory_change ORDER BY room_type_id, night, change_id`,
  reservations: "SELECT reservation_id, state, version FROM reservation ORDER BY 1",
  guests: "SELECT guest_id, data_key, sealed FROM guest ORDER BY 1",
  requests:
    "SELECT request_id, method, fingerprint, answer, refusal, guest_id, property_id FROM idempotency ORDER BY 1",
  sagas: "SELECT reservation_id, phase, state, version, lease_owner, sealed_token, amount, steps FROM saga ORDER BY 1",
  events: "SELECT reservation_id, type, sequence, state FROM outbox ORDER BY outbox_id",
} as const;

const leftIn = async ({ pool }: Store) =>
  Object.fromEntries(
    await Promise.all(Object.entries(LEFT).map(async ([k, sql]) => [k, (await pool.query(sql)).rows])),
  );

describe("writes that are gathered", () => {
  it("have the outcomes, and leave the rows, that they have one after the other", async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 6; seed++) {
      await using one = await openStore();
      await using many = await openStore();
      const mix = mixOf(seed, 120);
      const single: WriteResult[] = [];
      for (const write of mix) single.push(await write(one.alone));
      const gathered = await Promise.all(mix.map((write) => write(many.gathered)));
      expect(gathered).to.deep.equal(single);
      expect(await leftIn(many)).to.deep.equal(await leftIn(one));
      expect(many.apart()).to.equal(0);
      for (const { outcome } of single) outcomes.add(outcome);
    }
    expect([...outcomes].sort()).to.deep.equal(["CONFLICT", "DONE", "REFUSED", "REPLAY", "STALE"]);
  }).timeout(60_000);

  it("share few commits", async () => {
    await using store = await openStore();
    await store.pool.query("UPDATE inventory SET capacity = 200");
    const commits = async () => Number((await store.pool.query(COMMITS)).rows[0]?.commits);
    await Promise.all(Array.from({ length: 129 }, () => store.gathered.hold(holdOf(newStay()))));
    // One that goes at once, and two times sixty-four.
    expect(await commits()).to.equal(3);
  });

  it("have results of their own where one of them cannot be written", async () => {
    await using store = await openStore();
    await store.pool.query("UPDATE inventory SET capacity = 200");
    const stays = Array.from({ length: 24 }, () => newStay());
    const ends = await Promise.allSettled(
      // A stay without a night is refused by the table itself.
      stays.map((stay, place) => store.gathered.hold(holdOf({ ...stay, nights: place === 7 ? 0 : 1 }))),
    );
    expect(ends.map((end) => (end.status === "fulfilled" ? end.value.outcome : "FAULT"))).to.deep.equal(
      stays.map((_, place) => (place === 7 ? "FAULT" : "DONE")),
    );
    expect(store.apart()).to.equal(1);
    expect(await reservationsIn(store.pool)).to.have.length(23);
  });

  it("do not wait for long where one of them waits for another process", async () => {
    await using store = await openStore();
    await store.pool.query("UPDATE inventory SET capacity = 200");
    const stays = Array.from({ length: 12 }, () => newStay());
    const blocked = stays[5];
    if (blocked === undefined) throw new Error("there are no stays");
    const other = await store.pool.connect();
    await other.query("BEGIN");
    await other.query(
      "INSERT INTO idempotency (partner, request_id, method, fingerprint, answer) VALUES ('north', $1, 'm', '', 'theirs')",
      [blocked.requestId],
    );
    const writes = stays.map((stay) => store.gathered.hold(holdOf(stay)));
    const free = await Promise.all(writes.filter((_, place) => place !== 5));
    expect(new Set(free.map(({ outcome }) => outcome))).to.deep.equal(new Set(["DONE"]));
    await other.query("COMMIT");
    other.release();
    const last = await writes[5];
    expect(last?.outcome === "REPLAY" && Buffer.from(last.stored.answer ?? []).toString()).to.equal("theirs");
  });

  it("are all there once they are acknowledged, when the process is killed in the midst of them", async () => {
    await using store = await openStore();
    await store.pool.query("UPDATE inventory SET capacity = 1000000, stop_sell = false");
    const acknowledged: string[] = [];
    for (let life = 0; life < 3; life++) acknowledged.push(...(await holdUntilKilled(store.url, 400)));
    const found = new Set(await reservationsIn(store.pool));
    expect(acknowledged.length).to.be.greaterThan(1199);
    expect(acknowledged.filter((id) => !found.has(id))).to.deep.equal([]);
    const { rows } = await store.pool.query("SELECT sum(held)::int AS held FROM inventory");
    expect(rows[0].held).to.equal(found.size);
  }).timeout(60_000);
});

const newStay = (): Stay => ({ id: randomUUID(), requestId: randomUUID(), first: 1, nights: 1, types: ["a"] });

const COMMITS = "SELECT count(DISTINCT xmin::text)::int AS commits FROM reservation";

const reservationsIn = async (pool: pg.Pool): Promise<readonly string[]> =>
  (await pool.query<{ reservation_id: string }>("SELECT reservation_id FROM reservation")).rows.map(
    (row) => row.reservation_id,
  );

/** Ids of the holds that a process had acknowledged when it was killed, after so many of them. */
async function holdUntilKilled(url: string, count: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL("support/hold-without-end.ts", import.meta.url));
  const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] });
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (ids.push(line) === count) child.kill("SIGKILL");
  }
  return ids;
}
