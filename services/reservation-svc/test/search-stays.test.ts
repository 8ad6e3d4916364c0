import { SearchStaysRequest } from "@staymesh/proto/staymesh/reservation/v1/stay";
import { expect } from "chai";
import fc from "fast-check";
import { Redis } from "ioredis";
import type pg from "pg";
import { bookings } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { type Hotel, openHotel, setNights, write } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

describe("searching stays", () => {
  let world: World;
  let redis: Redis;
  before(async () => {
    world = await openWorld();
    redis = new Redis(world.redisUrl);
  });
  after(async () => {
    redis.disconnect();
    await world[Symbol.asyncDispose]();
  });

  const search = (more: Partial<SearchStaysRequest>, partner = "north") =>
    world.stays.searchStays(
      {
        ...SearchStaysRequest.fromPartial({}),
        checkInDate: "2027-03-05",
        checkOutDate: "2027-03-07",
        adults: 2,
        ...more,
      },
      world.as({ partner }),
    );
  const near = { latitude: 38.72, longitude: -9.14 };
  const at = (metersNorth: number) => ({ latitude: near.latitude + metersNorth / 111_195, longitude: near.longitude });

  it("finds what stands in the circle, the nearest first, page by page", async () => {
    const as = world.as({ partner: "geo" });
    for (const [id, meters] of [
      ["far", 9000],
      ["mid", 500],
      ["near", 100],
      ["gone", 10_200],
    ] as const) {
      await openHotel(world, { id, as, property: { location: at(meters) } });
    }
    await openHotel(world, { id: "nowhere", as, property: { location: undefined } });
    const found = await search({ ...near, radiusMeters: 10_000 }, "geo");
    expect(found.stays.map(({ property }) => property)).to.deep.equal([
      "properties/near",
      "properties/mid",
      "properties/far",
    ]);
    expect(found.stays[0]?.distanceMeters).to.be.closeTo(100, 1);
    expect(found.stays[0]?.offers[0]).to.deep.include({
      available: 200,
      total: { currencyCode: "EUR", minorUnits: 25800n },
    });

    const pages: string[] = [];
    let pageToken = "";
    do {
      const page = await search({ ...near, radiusMeters: 10_000, pageSize: 1, pageToken }, "geo");
      pages.push(...page.stays.map(({ property }) => property));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(pages).to.deep.equal(["properties/near", "properties/mid", "properties/far"]);
    const named = await search({ properties: ["properties/nowhere", "properties/far"] }, "geo");
    expect(named.stays.map(({ property }) => property)).to.deep.equal(["properties/far", "properties/nowhere"]);
  });

  it("sees a change as soon as it has been answered", async () => {
    const hotel = await openHotel(world, { id: "fresh", rooms: { a: 5 } });
    const on = bookings(world);
    const available = async () => (await search({ properties: [hotel.name] })).stays[0]?.offers[0]?.available ?? 0;
    expect(await available()).to.equal(5);
    const held = await on.hold(hotel);
    expect(await available()).to.equal(4);
    await on.release(held);
    expect(await available()).to.equal(5);
    await setNights(world, hotel.name, {
      roomType: hotel.roomType("a"),
      startDate: "2027-03-06",
      endDate: "2027-03-07",
      stopSell: true,
    });
    expect(await available()).to.equal(0);
    await setNights(world, hotel.name, {
      roomType: hotel.roomType("a"),
      startDate: "2027-03-06",
      endDate: "2027-03-07",
      stopSell: false,
    });
    await world.catalog.archiveRatePlan({ ...write(), name: hotel.ratePlan, etag: "" }, world.as());
    expect(await available()).to.equal(0);
  });

  it("never answers with what was true before a change, whoever reads meanwhile", async () => {
    const hotel = await openHotel(world, { id: "raced", rooms: { a: 300 } });
    const on = bookings(world);
    const available = async () => (await search({ properties: [hotel.name] })).stays[0]?.offers[0]?.available ?? 0;
    let busy = true;
    const readers = Array.from({ length: 4 }, async () => {
      while (busy) await available();
    });
    for (let held = 1; held <= 60; held++) {
      await on.hold(hotel);
      expect(await available()).to.equal(300 - held);
    }
    busy = false;
    await Promise.all(readers);
  }).timeout(30_000);

  it("answers the same after a flush, and without an index", async () => {
    const hotel = await openHotel(world, { id: "flushed", rooms: { a: 5, b: 2 } });
    const before = await search({ properties: [hotel.name] });
    await redis.flushall();
    expect(await search({ properties: [hotel.name] })).to.deep.equal(before);
    await redis.config("SET", "maxmemory", "1");
    expect(await search({ properties: [hotel.name] })).to.deep.equal(before);
    await bookings(world).hold(hotel);
    const after = await search({ properties: [hotel.name] });
    expect(after.stays[0]?.offers.map(({ available }) => available)).to.have.members([4, 2]);
    await redis.config("SET", "maxmemory", "256mb");
    expect(await search({ properties: [hotel.name] })).to.deep.equal(after);
  });

  it("mends an index that a process left behind without telling it", async () => {
    const hotel = await openHotel(world, { id: "dead", rooms: { a: 5 } });
    const available = async () => (await search({ properties: [hotel.name] })).stays[0]?.offers[0]?.available ?? 0;
    expect(await available()).to.equal(5);
    // What a process that is killed right after its commit leaves: the counts and the event, and nobody told.
    await world.pool.query("UPDATE inventory SET held = 2 WHERE property_id = 'dead' AND night = '2027-03-05'");
    await world.pool.query(
      `INSERT INTO outbox (event_id, partner, property_id, type, event_time, first_night, end_night)
      VALUES (gen_random_uuid(), 'north', 'dead', 'inventory.updated', now(), '2027-03-05', '2027-03-06')`,
    );
    expect(await eventually(available, (left) => left === 3, 3000)).to.equal(3);
  });

  it("asks for a place or properties, and for a page of the same search", async () => {
    expect(await reasonOf(search({}))).to.equal("INVALID_REQUEST");
    expect(await reasonOf(search({ latitude: 1 }))).to.equal("INVALID_REQUEST");
    expect(await reasonOf(search({ ...near, pageToken: "bm9uc2Vuc2U" }))).to.equal("PAGE_TOKEN_INVALID");
    expect(await reasonOf(search({ ...near, checkOutDate: "2027-03-05" }))).to.equal("INVALID_REQUEST");
    const call = world.stays.searchStays(
      {
        ...SearchStaysRequest.fromPartial({ properties: ["properties/other"] }),
        checkInDate: "2027-03-05",
        checkOutDate: "2027-03-06",
      },
      world.as({ properties: ["mine"] }),
    );
    expect(await reasonOf(call)).to.equal("PROPERTY_NOT_GRANTED");
  });

  it("finds exactly what the store itself would say", async () => {
    const as = world.as({ partner: "model" });
    const hotels: Hotel[] = [];
    for (const id of ["m1", "m2"]) {
      hotels.push(await openHotel(world, { id, as, rooms: { a: 4, b: 2 }, from: "2027-03-25", to: "2027-04-10" }));
    }
    const roomIds = ["a", "b"] as const;
    const update = fc.record({
      hotel: fc.constantFrom(0, 1),
      room: fc.constantFrom(...roomIds),
      first: fc.integer({ min: 0, max: 14 }),
      nights: fc.integer({ min: 1, max: 4 }),
      capacity: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
      stopSell: fc.option(fc.boolean(), { nil: undefined }),
      closedToArrival: fc.option(fc.boolean(), { nil: undefined }),
      closedToDeparture: fc.option(fc.boolean(), { nil: undefined }),
      minStayNights: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      maxStayNights: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
      price: fc.option(fc.integer({ min: 0, max: 500 }), { nil: undefined }),
    });
    const wish = fc.record({
      first: fc.integer({ min: 0, max: 13 }),
      nights: fc.integer({ min: 1, max: 5 }),
      rooms: fc.integer({ min: 1, max: 3 }),
    });
    const day = (offset: number) => new Date(Date.UTC(2027, 2, 25 + offset)).toISOString().slice(0, 10);
    await fc.assert(
      fc.asyncProperty(
        fc.array(update, { minLength: 1, maxLength: 4 }),
        fc.array(wish, { minLength: 3, maxLength: 5 }),
        async (updates, wishes) => {
          for (const { hotel, room, first, nights, price, ...rules } of updates) {
            const { name, ratePlan, roomType } = hotels[hotel] ?? expect.fail("a hotel is missing");
            const range = { roomType: roomType(room), startDate: day(first), endDate: day(first + nights) };
            await setNights(world, name, { ...range, ...rules }, as);
            const nightlyPrice = price === undefined ? undefined : { currencyCode: "EUR", minorUnits: BigInt(price) };
            await world.inventory.batchUpdateRates(
              { ...write(), parent: name, updates: [{ ...range, ratePlan, daysOfWeek: [], nightlyPrice }] },
              as,
            );
          }
          for (const { first, nights, rooms } of wishes) {
            const dates = { checkInDate: day(first), checkOutDate: day(first + nights) };
            const found = await search({ ...dates, rooms, properties: hotels.map(({ name }) => name) }, "model");
            const offers = found.stays.flatMap(({ property, offers }) =>
              offers.map(({ roomType, available, total }) => [
                property.split("/")[1],
                roomType.split("/")[3],
                available,
                String(total?.minorUnits),
              ]),
            );
            expect(offers.map(String).sort()).to.deep.equal(await plainly(world.pool, dates, nights, rooms));
          }
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(60_000);
});

/** The same question, asked of the tables in plain SQL. */
async function plainly(
  pool: pg.Pool,
  { checkInDate, checkOutDate }: { readonly checkInDate: string; readonly checkOutDate: string },
  nights: number,
  rooms: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ offer: string }>(
    `SELECT property_id || ',' || room_type_id || ',' || min(capacity + overbooking_allowance - sold - held) || ',' || sum(minor_units) * $4 AS offer
    FROM inventory i JOIN rate r USING (partner, property_id, room_type_id, night)
    WHERE partner = 'model' AND night >= $1 AND night < $2
    GROUP BY partner, property_id, room_type_id
    HAVING count(*) = $3 AND NOT bool_or(stop_sell) AND min(capacity + overbooking_allowance - sold - held) >= $4
      AND NOT bool_or(closed_to_arrival AND night = $1)
      AND NOT bool_or(night = $1 AND min_stay_nights > $3)
      AND NOT bool_or(night = $1 AND max_stay_nights > 0 AND max_stay_nights < $3)
      AND NOT EXISTS (SELECT FROM inventory d WHERE d.partner = 'model' AND d.property_id = i.property_id
        AND d.room_type_id = i.room_type_id AND d.night = $2 AND d.closed_to_departure)
    ORDER BY 1`,
    [checkInDate, checkOutDate, nights, rooms],
  );
  return rows.map(({ offer }) => offer).sort();
}
