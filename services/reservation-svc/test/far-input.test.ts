import { createHash } from "node:crypto";
import { BatchUpdateRatesRequest } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { CreateQuoteRequest, SearchStaysRequest } from "@staymesh/proto/staymesh/reservation/v1/stay";
import { expect } from "chai";
import { addDays, monthsOf, nextMonth } from "../src/domain/day.ts";
import { type Hotel, openHotel, setNights, stay, write } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

const LAST = "9999-12-31";

describe("months", () => {
  it("end, also beyond four digits", () => {
    expect(monthsOf("9999-12-30", addDays(LAST, 1))).to.have.length.below(3);
    expect(monthsOf("9999-11-30", LAST)).to.deep.equal(["9999-11", "9999-12"]);
    expect(nextMonth("2027-12")).to.equal("2028-01");
  });
});

describe("input at the edge of what can be said", () => {
  let world: World;
  let hotel: Hotel;
  before(async () => {
    world = await openWorld();
    hotel = await openHotel(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const list = (filter: string, pageToken = "") =>
    world.reservations.listReservations({ parent: hotel.name, filter, pageSize: 1, pageToken }, world.as());
  const search = (checkInDate: string, checkOutDate: string, rooms = 1) =>
    world.stays.searchStays(
      SearchStaysRequest.fromPartial({ properties: [hotel.name], checkInDate, checkOutDate, rooms }),
      world.as(),
    );
  const forged = (query: readonly unknown[], place: string) => {
    const hash = createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 12);
    return Buffer.from(`${hash}${place}`).toString("base64url");
  };

  for (const [from, to] of [
    ["9999-12-30", LAST],
    ["0000-01-01", "0000-01-02"],
  ] as const) {
    it(`refuses days such as ${from} everywhere`, async () => {
      const as = world.as();
      const quoted = CreateQuoteRequest.fromPartial({
        parent: hotel.name,
        checkInDate: from,
        checkOutDate: to,
        rooms: [{ roomType: hotel.roomType("a"), ratePlan: hotel.ratePlan, adults: 1 }],
      });
      const rates = BatchUpdateRatesRequest.fromPartial({
        ...write(),
        parent: hotel.name,
        updates: [{ roomType: hotel.roomType("a"), ratePlan: hotel.ratePlan, startDate: from, endDate: to }],
      });
      const exported = async () => {
        const stays = world.reservations.exportStays({ parent: hotel.name, startDate: from, endDate: to }, as);
        for await (const item of stays) expect(item).to.equal(undefined);
      };
      const range = { startDate: from, endDate: to };
      const night = { roomType: hotel.roomType("a"), date: from };
      const page = { pageSize: 0, pageToken: "" };
      const calls = {
        search: () => search(from, to),
        quote: () => world.stays.createQuote(quoted, as),
        hold: () => world.reservations.createReservation(stay(hotel, from, to), as),
        nights: () => setNights(world, hotel.name, { roomType: hotel.roomType("a"), ...range, capacity: 1 }),
        rates: () => world.inventory.batchUpdateRates(rates, as),
        calendar: () => world.inventory.getCalendar({ parent: hotel.name, ...range, roomTypes: [], ...page }, as),
        changes: () => world.inventory.listInventoryChanges({ parent: hotel.name, ...night, ...page }, as),
        export: exported,
        filter: () => list(`check_in_date >= "${from}"`),
      };
      for (const [name, call] of Object.entries(calls))
        expect(await reasonOf(call()), name).to.equal("INVALID_REQUEST");
    });
  }

  it("sells the last days that it takes", async () => {
    const [from, to] = ["9998-12-29", "9998-12-31"];
    await setNights(world, hotel.name, { roomType: hotel.roomType("a"), startDate: from, endDate: to, capacity: 1 });
    const held = await world.reservations.createReservation(stay(hotel, from, to), world.as());
    expect(held.checkOutDate).to.equal(to);
    expect((await search(from, to)).stays).to.deep.equal([]);
  });

  it("refuses instants that no store takes", async () => {
    for (const instant of ["-271821-04-20T00:00:00Z", "+275760-09-13T00:00:00Z", "0000-06-01T00:00:00Z"]) {
      expect(await reasonOf(list(`create_time > "${instant}"`)), instant).to.equal("INVALID_REQUEST");
    }
  });

  it("refuses page tokens that somebody made up", async () => {
    const id = "0190a1b2-0000-7000-8000-000000000000";
    const reservations = ["reservations", "north", hotel.name.slice(11), ""];
    for (const place of [`-999999999999999/${id}`, "x", "\0"]) {
      expect(await reasonOf(list("", forged(reservations, place))), place).to.equal("PAGE_TOKEN_INVALID");
    }
    const [startDate, endDate] = ["2027-03-01", "2027-03-05"];
    const nights = ["calendar", "north", hotel.name.slice(11), startDate, endDate, []];
    const pageToken = forged(nights, "2027-02-31/a");
    const asked = { parent: hotel.name, startDate, endDate, roomTypes: [], pageSize: 1, pageToken };
    expect(await reasonOf(world.inventory.getCalendar(asked, world.as()))).to.equal("PAGE_TOKEN_INVALID");
    const properties = { pageSize: 1, showArchived: false, pageToken: forged(["properties", "north", false], "a\0") };
    expect(await reasonOf(world.catalog.listProperties(properties, world.as()))).to.equal("PAGE_TOKEN_INVALID");
  });

  it("offers no stay that costs more than an amount can say", async () => {
    const dear = await openHotel(world, { price: 1_000_000_000_000_000n, from: "2030-01-01", to: "2031-01-01" });
    const { stays } = await world.stays.searchStays(
      SearchStaysRequest.fromPartial({
        properties: [dear.name],
        checkInDate: "2030-01-01",
        checkOutDate: "2031-01-01",
        rooms: 50,
      }),
      world.as(),
    );
    expect(stays).to.deep.equal([]);
  });
});
