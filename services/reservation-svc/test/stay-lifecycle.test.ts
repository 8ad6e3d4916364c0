import type { ExportStaysResponse, Reservation } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { expect } from "chai";
import { bookings, paymentStateOf, stateOf } from "./support/booking.ts";
import { type Hotel, openHotel, room, stay } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

describe("a stay", () => {
  let world: World;
  let hotel: Hotel;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
  });
  beforeEach(async () => {
    hotel = await openHotel(world, { rooms: { a: 10 } });
  });
  after(() => world[Symbol.asyncDispose]());

  it("begins on the day of arrival at the property, and not before", async () => {
    const island = await openHotel(world, { property: { timeZone: "Pacific/Auckland" } });
    const booked = await on.book(island, "tok_visa");
    // In Auckland the 5th begins at 11:00 UTC on the 4th.
    expect(await reasonOf(on.checkIn(booked, "2027-03-04T10:59:59Z"))).to.equal("TOO_EARLY");
    expect(await reasonOf(on.noShow(booked, "2027-03-04T10:59:59Z"))).to.equal("TOO_EARLY");
    const here = await on.checkIn(booked, "2027-03-04T11:00:00Z");
    expect(stateOf(here)).to.equal("CHECKED_IN");
    expect(here.checkInTime?.seconds).to.equal(BigInt(Date.parse("2027-03-04T11:00:00Z") / 1000));
  });

  it("gives the nights that are left back when the guest leaves early, and keeps its price", async () => {
    const booked = await on.book(hotel, "tok_visa", "2027-03-05", "2027-03-09");
    await on.checkIn(booked, "2027-03-05T16:00:00Z");
    const left = await on.checkOut(booked, "2027-03-07T09:00:00Z");
    expect([stateOf(left), left.total]).to.deep.equal(["CHECKED_OUT", booked.total]);
    const sold = await Promise.all(
      ["2027-03-05", "2027-03-06", "2027-03-07", "2027-03-08"].map((day) => on.counts(hotel, day)),
    );
    expect(sold.map((each) => each.sold)).to.deep.equal([1, 1, 0, 0]);
  });

  it("ends without a guest as a no-show that costs the whole total", async () => {
    const booked = await on.until(await on.book(hotel, "tok_visa"), "CAPTURED");
    const missed = await on.noShow(booked, "2027-03-05T22:00:00Z");
    expect([stateOf(missed), missed.penalty, paymentStateOf(missed)]).to.deep.equal([
      "NO_SHOW",
      booked.total,
      "CAPTURED",
    ]);
    expect(await on.counts(hotel)).to.deep.equal({ sold: 0, held: 0 });
  });

  it("is not what the reservation's state does not allow", async () => {
    const held = await on.hold(hotel);
    const now = "2027-03-05T16:00:00Z";
    expect(await reasonOf(on.checkIn(held, now))).to.equal("INVALID_STATE");
    expect(await reasonOf(on.checkOut(held, now))).to.equal("INVALID_STATE");
    expect(await reasonOf(on.cancel(held, now))).to.equal("INVALID_STATE");
    const booked = await on.book(hotel, "tok_visa");
    expect(await reasonOf(on.release(booked))).to.equal("INVALID_STATE");
    await on.checkIn(booked, now);
    expect(await reasonOf(on.cancel(booked, now))).to.equal("INVALID_STATE");
  });

  it("is exported with its nights and their price, beside the counts of every night", async () => {
    const two = await world.reservations.createReservation(
      stay(hotel, "2027-03-30", "2027-04-02", {
        rooms: [room(hotel, "a", 10000n), room(hotel, "a", 5000n)],
        payment: { paymentMethodToken: "tok_visa" },
      }),
      world.as(),
    );
    await on.hold(hotel, "2027-04-01", "2027-04-03");
    const items = await exported("2027-04-01", "2027-04-03");
    expect(items.map(({ item }) => item)).to.deep.equal([
      {
        $case: "stay",
        value: {
          reservation: two.name,
          state: two.state,
          checkInDate: "2027-03-30",
          checkOutDate: "2027-04-02",
          rooms: 2,
          nights: [{ date: "2027-04-01", rooms: 2, revenue: { currencyCode: "EUR", minorUnits: 15000n } }],
        },
      },
      { $case: "night", value: { date: "2027-04-01", capacity: 10, sold: 2 } },
      { $case: "night", value: { date: "2027-04-02", capacity: 10, sold: 0 } },
    ]);
  });

  it("is listed newest first, by state and by day, on pages that new ones do not move", async () => {
    const held: Reservation[] = [];
    for (let day = 1; day <= 5; day++) held.push(await on.hold(hotel, `2027-05-0${day}`, `2027-05-0${day + 1}`));
    const page = (filter: string, pageSize: number, pageToken = "") =>
      world.reservations.listReservations({ parent: hotel.name, filter, pageSize, pageToken }, world.as());
    const first = await page("state = HELD", 2);
    await on.hold(hotel, "2027-05-20", "2027-05-21");
    const second = await page("state = HELD", 2, first.nextPageToken);
    const third = await page("state = HELD", 2, second.nextPageToken);
    const names = [first, second, third].flatMap(({ reservations }) => reservations.map(({ name }) => name));
    expect(names).to.deep.equal(held.map(({ name }) => name).reverse());
    expect(third.nextPageToken).to.equal("");
    const some = await page('state != CONFIRMED AND checkInDate >= "2027-05-03" AND check_out_date < "2027-05-06"', 0);
    expect(some.reservations.map(({ checkInDate }) => checkInDate)).to.deep.equal(["2027-05-04", "2027-05-03"]);
    expect(await reasonOf(page("state = CONFIRMED", 2, first.nextPageToken))).to.equal("PAGE_TOKEN_INVALID");
    for (const bad of [
      "state = LOST",
      "state",
      "state = HELD OR state = HELD",
      "colour = red",
      'create_time > "soon"',
      '"',
    ]) {
      expect(await reasonOf(page(bad, 0)), bad).to.equal("INVALID_REQUEST");
    }
  });

  const exported = async (startDate: string, endDate: string): Promise<readonly ExportStaysResponse[]> => {
    const items: ExportStaysResponse[] = [];
    const stream = world.reservations.exportStays({ parent: hotel.name, startDate, endDate }, world.as());
    for await (const item of stream) items.push(item);
    return items;
  };
});
