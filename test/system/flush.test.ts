import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { Redis } from "ioredis";
import type { JsonObject } from "../contract/requests.ts";
import { countsOf, type Hotel, holdRequest, listOf, openHotel, succeed, textOf } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { cards } from "../mesh/people.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { concurrently, until } from "../mesh/until.ts";

describe("FLUSHALL on both Redis", function () {
  this.timeout(90_000);
  let mesh: Mesh;
  let rpc: Rpc;
  let hotels: readonly Hotel[];
  let redis: readonly Redis[];

  before(async () => {
    mesh = await startMesh({ processes: ["bank", "payment-svc", "reservation-svc", "report-svc", "report-worker-1"] });
    rpc = rpcOf(mesh);
    hotels = await Promise.all([1, 2, 3].map((number) => openHotel(rpc, { price: 10_000 * number, capacity: 100 })));
    redis = [mesh.system.redisQueueUrl, mesh.system.redisIndexUrl].map((url) => new Redis(url));
  });
  after(async () => {
    for (const one of redis ?? []) one.disconnect();
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  const search = (): JsonObject => ({
    properties: hotels.map(({ property }) => property),
    checkInDate: "2027-05-05",
    checkOutDate: "2027-05-07",
    adults: 2,
  });

  // Flushes without pause until the work is done.
  const whileFlushing = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const flushing = (async () => {
      let flushes = 0;
      while (!done) {
        await Promise.all(redis.map((one) => one.flushall()));
        flushes += 1;
        await delay(5);
      }
      return flushes;
    })();
    try {
      return await work;
    } finally {
      done = true;
      expect(await flushing).to.be.greaterThan(3);
    }
  };

  it("changes no answer of searches that run meanwhile", async () => {
    const expected = await succeed(rpc, "StayService/SearchStays", search());
    expect(listOf(expected, "stays")).to.have.length(3);
    const answers = await whileFlushing(
      concurrently(8, Array.from({ length: 300 }), () => succeed(rpc, "StayService/SearchStays", search())),
    );
    for (const answer of answers) expect(answer).to.deep.equal(expected);
  });

  it("loses no booking, and the next search counts every one of them", async () => {
    const [hotel] = hotels;
    if (hotel === undefined) throw new Error("There is no hotel.");
    const stay = { checkInDate: "2027-05-05", checkOutDate: "2027-05-07" };
    await whileFlushing(
      concurrently(8, Array.from({ length: 40 }), async () => {
        const held = await succeed(rpc, "ReservationService/CreateReservation", holdRequest(hotel, stay));
        const payment = { paymentMethodToken: cards.visa };
        const confirm = { name: textOf(held, "name"), payment, requestId: randomUUID() };
        const confirmed = await succeed(rpc, "ReservationService/ConfirmReservation", confirm);
        expect(confirmed["state"]).to.equal("CONFIRMED");
      }),
    );
    const [night] = await countsOf(rpc, hotel, stay.checkInDate, stay.checkOutDate);
    expect(night).to.include({ sold: 40, held: 0, available: 60 });
    const found = await succeed(rpc, "StayService/SearchStays", search());
    const own = listOf(found, "stays").find(({ property }) => property === hotel.property);
    expect(listOf(own ?? {}, "offers")[0]?.["available"]).to.equal(60);
  });

  it("sees a change of price at once, also when the index has just been emptied", async () => {
    const [, hotel] = hotels;
    if (hotel === undefined) throw new Error("There is no hotel.");
    for (const [index, price] of [11_100, 22_200, 33_300].entries()) {
      await redis[1]?.flushall();
      const period = { startDate: "2027-05-05", endDate: "2027-05-07" };
      const nightlyPrice = { currencyCode: "EUR", minorUnits: String(price) };
      await succeed(rpc, "InventoryService/BatchUpdateRates", {
        parent: hotel.property,
        updates: [{ ratePlan: hotel.ratePlan, roomType: hotel.roomType, ...period, nightlyPrice }],
        requestId: randomUUID(),
      });
      if (index === 1) await redis[1]?.flushall();
      const found = await succeed(rpc, "StayService/SearchStays", search());
      const own = listOf(found, "stays").find(({ property }) => property === hotel.property);
      expect(listOf(own ?? {}, "offers")[0]?.["total"]).to.deep.equal({
        currencyCode: "EUR",
        minorUnits: String(2 * price),
      });
    }
  });

  it("loses no report that was accepted", async () => {
    const [hotel] = hotels;
    const report = { monthlyPerformance: { property: hotel?.property ?? "", month: "2027-05" }, format: "CSV" };
    const operations = await whileFlushing(
      concurrently(4, Array.from({ length: 12 }), async () =>
        textOf(await succeed(rpc, "ReportService/CreateReport", { report, requestId: randomUUID() }), "name"),
      ),
    );
    // What was already in the queue is lost with it as well.
    await Promise.all(redis.map((one) => one.flushall()));
    for (const name of operations) {
      const done = await until(name, 60_000, async () => {
        const operation = await succeed(rpc, "ReportService/GetOperation", { name });
        return operation["done"] === true ? operation : undefined;
      });
      expect(done["response"], JSON.stringify(done)).to.be.an("object");
    }
  });
});
