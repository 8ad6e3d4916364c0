import { expect } from "chai";
import { countsOf, described, holdRequest, openHotel } from "../mesh/hotel.ts";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { seeded } from "../mesh/random.ts";
import { type Rpc, rpcOf } from "../mesh/rpc.ts";
import { concurrently } from "../mesh/until.ts";

const hold = "ReservationService/CreateReservation";

describe("callers who race for rooms", function () {
  this.timeout(60_000);
  let mesh: Mesh;
  let rpc: Rpc;

  before(async () => {
    mesh = await startMesh({ processes: ["reservation-svc"] });
    rpc = rpcOf(mesh);
  });
  after(async () => {
    rpc?.[Symbol.dispose]();
    await mesh?.close();
  });

  it("share 200 rooms among 600 holds, 64 at once: exactly 200 succeed and 400 are told ROOM_SOLD_OUT", async () => {
    const hotel = await openHotel(rpc, { capacity: 200 });
    const outcomes = await concurrently(64, Array.from({ length: 600 }), () => rpc.call(hold, holdRequest(hotel)));
    const ends = Object.groupBy(outcomes, ({ code, reason }) => (code === "OK" ? "OK" : reason));
    expect(Object.fromEntries(Object.entries(ends).map(([end, all]) => [end, all?.length]))).to.deep.equal({
      OK: 200,
      ROOM_SOLD_OUT: 400,
    });
    const [night] = await countsOf(rpc, hotel, "2027-03-05", "2027-03-06");
    expect(night).to.include({ held: 200, sold: 0, available: 0 });
  });

  it("get the last room once, 32 of them, 20 times", async () => {
    for (let time = 0; time < 20; time += 1) {
      const hotel = await openHotel(rpc, { capacity: 1, startDate: "2027-03-05", endDate: "2027-03-07" });
      const outcomes = await Promise.all(Array.from({ length: 32 }, () => rpc.call(hold, holdRequest(hotel))));
      const won = outcomes.filter(({ code }) => code === "OK");
      const others = outcomes.filter(({ code }) => code !== "OK").map(described);
      expect(won, others.join("\n")).to.have.length(1);
      expect(outcomes.filter(({ reason }) => reason === "ROOM_SOLD_OUT")).to.have.length(31);
    }
  });

  it("hold stays of several nights and rooms in any order without a deadlock, and oversell no night", async () => {
    const random = seeded(2027);
    const hotel = await openHotel(rpc, { capacity: 12 });
    const day = (number: number) => `2027-03-${String(number).padStart(2, "0")}`;
    const stays = Array.from({ length: 400 }, () => {
      const first = 1 + Math.floor(random() * 20);
      const checkOutDate = day(first + 1 + Math.floor(random() * 7));
      return holdRequest(hotel, { checkInDate: day(first), checkOutDate, rooms: 1 + Math.floor(random() * 3) });
    });
    const outcomes = await concurrently(64, stays, (stay) => rpc.call(hold, stay));
    const strange = outcomes.filter(({ code, reason }) => code !== "OK" && reason !== "ROOM_SOLD_OUT").map(described);
    expect(strange, strange.slice(0, 5).join("\n")).to.have.length(0);
    const held = new Map<string, number>();
    for (const [index, { code }] of outcomes.entries()) {
      const reservation = Object(stays[index]?.["reservation"]);
      if (code !== "OK") continue;
      for (let night = Number(reservation.checkInDate.slice(-2)); day(night) < reservation.checkOutDate; night += 1) {
        held.set(day(night), (held.get(day(night)) ?? 0) + reservation.rooms.length);
      }
    }
    const nights = await countsOf(rpc, hotel, "2027-03-01", "2027-03-31");
    for (const night of nights) {
      const date = String(night["date"]);
      expect(night["held"], date).to.equal(held.get(date) ?? 0);
      expect(night["held"], date).to.be.at.most(12);
    }
    expect(Math.max(...held.values()), "the race filled no night").to.equal(12);
  });

  it("hold rooms while the hotel takes rooms off sale: no night is ever sold above its capacity", async () => {
    const hotel = await openHotel(rpc, { capacity: 60 });
    const period = { startDate: "2027-03-05", endDate: "2027-03-07" };
    const shrink = async (capacity: number) => {
      const updates = [{ roomType: hotel.roomType, ...period, capacity }];
      const request = { parent: hotel.property, updates, requestId: crypto.randomUUID() };
      const outcome = await rpc.call("InventoryService/BatchUpdateInventory", request);
      expect(outcome.reason, described(outcome)).to.be.oneOf(["", "CAPACITY_BELOW_SOLD"]);
    };
    await Promise.all([
      concurrently(24, Array.from({ length: 80 }), () => rpc.call(hold, holdRequest(hotel))),
      concurrently(2, [55, 50, 45, 40, 35, 30, 25, 20, 15, 10], shrink),
    ]);
    for (const night of await countsOf(rpc, hotel, "2027-03-05", "2027-03-07")) {
      expect(Number(night["held"]), JSON.stringify(night)).to.be.at.most(Number(night["capacity"])).and.above(0);
    }
  });

  it("hold, release and hold again at the same time, and every count comes back to zero", async () => {
    const hotel = await openHotel(rpc, { capacity: 5 });
    await concurrently(32, Array.from({ length: 200 }), async () => {
      const held = await rpc.call(hold, holdRequest(hotel));
      if (held.code !== "OK") return expect(held.reason).to.equal("ROOM_SOLD_OUT");
      const name = String(held.body["name"]);
      const released = await rpc.call("ReservationService/ReleaseReservation", {
        name,
        requestId: crypto.randomUUID(),
      });
      return expect(released.body["state"], described(released)).to.equal("RELEASED");
    });
    for (const night of await countsOf(rpc, hotel, "2027-03-05", "2027-03-07")) {
      expect(night).to.include({ held: 0, sold: 0, available: 5 });
    }
  });
});
