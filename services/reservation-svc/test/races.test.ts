import { randomUUID } from "node:crypto";
import { Reservation } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { Refusal } from "@staymesh/service-kit";
import { expect } from "chai";
import { ana, type Hotel, openHotel, room, stay } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

/** Runs all of the works, so many at a time, and tells how each ended. */
async function race<T>(works: readonly (() => Promise<T>)[], atOnce: number): Promise<readonly (T | string)[]> {
  const ends: (T | string)[] = [];
  const queue = [...works.entries()];
  const runner = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, work] = next;
      try {
        ends[index] = await work();
      } catch (error) {
        ends[index] = error instanceof Refusal ? error.reason : `FAULT ${error}`;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
  return ends;
}

const tally = (ends: readonly unknown[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const end of ends) {
    const key = typeof end === "string" ? end : "OK";
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};

/** Nights on which the counts differ from the reservations or from the ledger, or exceed what there is. */
const DRIFT = `
  WITH booked AS (
    SELECT r.property_id, w.room_type_id, n::date AS night,
      sum(w.rooms) FILTER (WHERE r.state IN ('CONFIRMED', 'CHECKED_IN', 'CHECKED_OUT')) AS sold,
      sum(w.rooms) FILTER (WHERE r.state = 'HELD') AS held
    FROM reservation r, unnest(r.room_types, r.room_counts) AS w (room_type_id, rooms),
      generate_series(r.check_in, coalesce(r.given_back_from, r.check_out) - 1, interval '1 day') n
    GROUP BY 1, 2, 3),
  ledger AS (
    SELECT property_id, room_type_id, night, sum(sold_delta) AS sold, sum(held_delta) AS held
    FROM inventory_change GROUP BY 1, 2, 3)
  SELECT i.property_id, i.room_type_id, i.night FROM inventory i
    LEFT JOIN booked b USING (property_id, room_type_id, night) LEFT JOIN ledger l USING (property_id, room_type_id, night)
  WHERE i.sold <> coalesce(b.sold, 0) OR i.held <> coalesce(b.held, 0) OR i.sold <> coalesce(l.sold, 0)
    OR i.held <> coalesce(l.held, 0) OR i.sold + i.held > i.capacity + i.overbooking_allowance`;

describe("many callers at once", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  const expectNoDrift = async () => expect((await world.pool.query(DRIFT)).rows).to.deep.equal([]);
  const hold = (hotel: Hotel, ...more: Parameters<typeof stay> extends [unknown, ...infer Rest] ? Rest : never) =>
    world.reservations.createReservation(stay(hotel, ...more), world.as());

  it("sell exactly as many rooms as there are", async () => {
    const hotel = await openHotel(world, { rooms: { a: 200 } });
    const works = Array.from({ length: 600 }, () => () => hold(hotel, "2027-03-05", "2027-03-06"));
    expect(tally(await race(works, 64))).to.deep.equal({ OK: 200, ROOM_SOLD_OUT: 400 });
    await expectNoDrift();
  }).timeout(60_000);

  it("get the last room once", async () => {
    const hotel = await openHotel(world, { rooms: { a: 1 } });
    for (let day = 1; day <= 20; day++) {
      const night = `2027-04-${String(day).padStart(2, "0")}`;
      const next = `2027-04-${String(day + 1).padStart(2, "0")}`;
      const works = Array.from({ length: 32 }, () => () => hold(hotel, night, next));
      expect(tally(await race(works, 32))).to.deep.equal({ OK: 1, ROOM_SOLD_OUT: 31 });
    }
    await expectNoDrift();
  }).timeout(60_000);

  it("never meet a deadlock and never oversell a night, whatever they book and give back", async () => {
    const hotel = await openHotel(world, { rooms: { a: 9, b: 7, c: 5 } });
    const types = ["a", "b", "c"];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const works = Array.from({ length: 500 }, () => {
      const first = 1 + random(20);
      const nights = 1 + random(8);
      const rooms = Array.from({ length: 1 + random(3) }, () => room(hotel, types[random(3)]));
      const day = (n: number) => `2027-05-${String(n).padStart(2, "0")}`;
      const gives = random(3) === 0;
      return async () => {
        const held = await hold(hotel, day(first), day(first + nights), { rooms });
        if (!gives) return held;
        return world.reservations.releaseReservation(
          { name: held.name, etag: held.etag, requestId: randomUUID(), validateOnly: false },
          world.as(),
        );
      };
    });
    const counts = tally(await race(works, 64));
    expect(Object.keys(counts).sort()).to.deep.equal(["OK", "ROOM_SOLD_OUT"]);
    await expectNoDrift();
  }).timeout(60_000);

  it("have one effect and one answer with the same request, also after a restart", async () => {
    const hotel = await openHotel(world);
    const request = stay(hotel, "2027-03-10", "2027-03-12", { reference: "twins" });
    const works = Array.from({ length: 100 }, () => () => world.reservations.createReservation(request, world.as()));
    const bytes = (reservation: Reservation | string) =>
      typeof reservation === "string"
        ? reservation
        : Buffer.from(Reservation.encode(reservation).finish()).toString("hex");
    const answers = new Set((await race(works, 100)).map(bytes));
    expect(answers.size).to.equal(1);

    world = await world.restart();
    const again = await world.reservations.createReservation(request, world.as());
    expect(again.booker).to.deep.equal(ana);
    expect(answers.has(bytes(again))).to.equal(true);
    const list = await world.reservations.listReservations(
      { parent: hotel.name, filter: 'external_reference = "twins"', pageSize: 0, pageToken: "" },
      world.as(),
    );
    expect(list.reservations).to.have.length(1);

    const other = { ...request, holdDuration: { seconds: 60n, nanos: 0 } };
    expect(await reasonOf(world.reservations.createReservation(other, world.as()))).to.equal("IDEMPOTENCY_KEY_REUSED");
    await expectNoDrift();
  }).timeout(60_000);
});
