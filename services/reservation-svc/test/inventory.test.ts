import { InventoryChange_Cause } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { expect } from "chai";
import { bookings } from "./support/booking.ts";
import { type Hotel, openHotel, setNights, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

describe("nights and prices", () => {
  let world: World;
  let hotel: Hotel;
  before(async () => {
    world = await openWorld();
  });
  beforeEach(async () => {
    hotel = await openHotel(world, { rooms: { a: 10, b: 3 } });
  });
  after(() => world[Symbol.asyncDispose]());

  const calendar = (
    startDate: string,
    endDate: string,
    more: { readonly roomTypes?: readonly string[]; readonly pageSize?: number; readonly pageToken?: string } = {},
  ) =>
    world.inventory.getCalendar(
      { parent: hotel.name, startDate, endDate, roomTypes: [], pageSize: 0, pageToken: "", ...more },
      world.as(),
    );

  it("are set by weekday, and what is not given stays as it is", async () => {
    const answer = await setNights(world, hotel.name, {
      roomType: hotel.roomType("a"),
      startDate: "2027-03-01",
      endDate: "2027-03-15",
      daysOfWeek: [5, 6],
      minStayNights: 2,
      stopSell: true,
    });
    expect(answer.nightsUpdated).to.equal(4);
    const { days } = await calendar("2027-03-04", "2027-03-08", { roomTypes: [hotel.roomType("a")] });
    expect(days.map((day) => [day.date, day.capacity, day.available, day.minStayNights])).to.deep.equal([
      ["2027-03-04", 10, 10, 0],
      ["2027-03-05", 10, 0, 2],
      ["2027-03-06", 10, 0, 2],
      ["2027-03-07", 10, 10, 0],
    ]);
  });

  it("take the later of two updates, field by field", async () => {
    const nights = { roomType: hotel.roomType("a"), startDate: "2027-03-01", endDate: "2027-03-03" };
    await world.inventory.batchUpdateInventory(
      {
        ...write(),
        parent: hotel.name,
        updates: [
          { ...blank, ...nights, capacity: 0, minStayNights: 4 },
          { ...blank, ...nights, startDate: "2027-03-02", capacity: 8 },
        ],
      },
      world.as(),
    );
    const { days } = await calendar("2027-03-01", "2027-03-03", { roomTypes: [hotel.roomType("a")] });
    expect(days.map((day) => [day.capacity, day.minStayNights])).to.deep.equal([
      [0, 4],
      [8, 4],
    ]);
  });

  it("refuse a capacity below what is sold and held, and then change nothing at all", async () => {
    const on = bookings(world);
    await on.hold(hotel);
    await on.book(hotel, "tok_visa");
    const nights = { startDate: "2027-03-01", endDate: "2027-04-01" };
    const call = world.inventory.batchUpdateInventory(
      {
        ...write(),
        parent: hotel.name,
        updates: [
          { ...blank, ...nights, roomType: hotel.roomType("b"), capacity: 99 },
          { ...blank, ...nights, roomType: hotel.roomType("a"), capacity: 1 },
        ],
      },
      world.as(),
    );
    const refusal = await refusalOf(call);
    expect(refusal.reason).to.equal("CAPACITY_BELOW_SOLD");
    expect(refusal.facts).to.deep.equal({ roomType: hotel.roomType("a"), night: "2027-03-05" });
    const { days } = await calendar("2027-03-05", "2027-03-06");
    expect(days.map(({ capacity }) => capacity)).to.deep.equal([10, 3]);
  });

  it("come page by page, by day and room type, with the prices of each plan", async () => {
    const first = await calendar("2027-03-01", "2027-03-04", { pageSize: 4 });
    const second = await calendar("2027-03-01", "2027-03-04", { pageSize: 4, pageToken: first.nextPageToken });
    const places = [...first.days, ...second.days].map(({ date, roomType }) => `${date} ${roomType.at(-1)}`);
    expect(places).to.deep.equal(["01 a", "01 b", "02 a", "02 b", "03 a", "03 b"].map((place) => `2027-03-${place}`));
    expect(second.nextPageToken).to.equal("");
    expect(first.days[0]?.rates).to.deep.equal([
      { ratePlan: hotel.ratePlan, nightlyPrice: { currencyCode: "EUR", minorUnits: 12900n } },
    ]);
  });

  it("tell why a night is as full as it is", async () => {
    const on = bookings(world);
    await on.release(await on.hold(hotel));
    await on.cancel(await on.book(hotel, "tok_visa"), "2027-03-01T12:00:00Z");
    const page = await world.inventory.listInventoryChanges(
      { parent: hotel.name, roomType: hotel.roomType("a"), date: "2027-03-05", pageSize: 0, pageToken: "" },
      world.as(),
    );
    const causes: Readonly<Record<string, number>> = InventoryChange_Cause;
    const nameOf = (cause: number) => Object.keys(causes).find((name) => causes[name] === cause);
    expect(page.changes.map((change) => [nameOf(change.cause), change.sold, change.held])).to.deep.equal([
      ["CANCEL", 0, 0],
      ["CONFIRM", 1, 0],
      ["HOLD", 0, 1],
      ["RELEASE", 0, 0],
      ["HOLD", 0, 1],
      ["UPDATE", 0, 0],
    ]);
  });

  it("refuse ranges, prices and room types that cannot be meant", async () => {
    const nights = { roomType: hotel.roomType("a"), startDate: "2027-03-05", endDate: "2027-03-05", capacity: 1 };
    expect(await reasonOf(setNights(world, hotel.name, nights))).to.equal("INVALID_REQUEST");
    const tooLong = { ...nights, startDate: "2020-01-01", endDate: "2027-01-01" };
    expect(await reasonOf(setNights(world, hotel.name, tooLong))).to.equal("INVALID_REQUEST");
    const unknown = { ...nights, endDate: "2027-03-06", roomType: hotel.roomType("zzz") };
    expect(await reasonOf(setNights(world, hotel.name, unknown))).to.equal("NOT_FOUND");
    const foreign = { ...nights, endDate: "2027-03-06", roomType: "properties/other/roomTypes/a" };
    expect(await reasonOf(setNights(world, hotel.name, foreign))).to.equal("INVALID_REQUEST");
    const price = (currencyCode: string, minorUnits: bigint) =>
      world.inventory.batchUpdateRates(
        {
          ...write(),
          parent: hotel.name,
          updates: [
            {
              ratePlan: hotel.ratePlan,
              roomType: hotel.roomType("a"),
              startDate: "2027-03-05",
              endDate: "2027-03-06",
              daysOfWeek: [],
              nightlyPrice: { currencyCode, minorUnits },
            },
          ],
        },
        world.as(),
      );
    expect(await reasonOf(price("USD", 1n))).to.equal("INVALID_REQUEST");
    expect(await reasonOf(price("EUR", -1n))).to.equal("INVALID_REQUEST");
  });
});

const blank = {
  roomType: "",
  startDate: "",
  endDate: "",
  daysOfWeek: [],
  capacity: undefined,
  overbookingAllowance: undefined,
  stopSell: undefined,
  closedToArrival: undefined,
  closedToDeparture: undefined,
  minStayNights: undefined,
  maxStayNights: undefined,
};
