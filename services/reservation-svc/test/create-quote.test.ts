import { CreateQuoteRequest, type Quote } from "@staymesh/proto/staymesh/reservation/v1/stay";
import { expect } from "chai";
import { bookings, stateOf } from "./support/booking.ts";
import { ana, type Hotel, openHotel, setNights, stay, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

describe("a quote", () => {
  let world: World;
  let hotel: Hotel;
  before(async () => {
    world = await openWorld();
  });
  beforeEach(async () => {
    hotel = await openHotel(world, {
      rooms: { a: 5 },
      property: {
        taxRules: [
          {
            code: "city-tax",
            displayName: "City tax",
            included: false,
            basis: { $case: "minorUnitsPerAdultNight", value: 200n },
          },
          { code: "service", displayName: "Service", included: false, basis: { $case: "basisPoints", value: 1000 } },
          { code: "vat", displayName: "VAT", included: true, basis: { $case: "basisPoints", value: 600 } },
        ],
      },
    });
  });
  after(() => world[Symbol.asyncDispose]());

  const ask = (more: Partial<CreateQuoteRequest> = {}, now?: string): Promise<Quote> =>
    world.stays.createQuote(
      {
        ...CreateQuoteRequest.fromPartial({}),
        parent: hotel.name,
        checkInDate: "2027-03-05",
        checkOutDate: "2027-03-07",
        rooms: [{ roomType: hotel.roomType("a"), ratePlan: hotel.ratePlan, adults: 2, children: 0 }],
        ...more,
      },
      world.as({}, now),
    );
  const book = (quoteToken: string, now?: string, more: object = {}) => {
    const request = stay(hotel, "", "", { rooms: [] });
    const reservation = { ...request.reservation, booker: ana, quoteToken, ...more };
    return world.reservations.createReservation(
      { ...request, reservation: { ...reservationBlank, ...reservation } },
      world.as({}, now),
    );
  };
  const reservationBlank = stay({ name: "", ratePlan: "", roomType: () => "" }, "", "").reservation ?? never();

  it("says what a stay costs, night by night, with its taxes and its penalties by time", async () => {
    const quote = await ask({}, "2027-01-01T00:00:00Z");
    expect(quote.nights.map(({ date, price }) => [date, price?.minorUnits])).to.deep.equal([
      ["2027-03-05", 12900n],
      ["2027-03-06", 12900n],
    ]);
    expect(quote.taxesAndFees.map(({ code, amount, included }) => [code, amount?.minorUnits, included])).to.deep.equal([
      ["city-tax", 800n, false],
      ["service", 2580n, false],
      // 258.00 contains 6 % of what is 100 % net.
      ["vat", 1460n, true],
    ]);
    expect(quote.total?.minorUnits).to.equal(29180n);
    expect(
      quote.penalties.map(({ fromTime, amount }) => [Number(fromTime?.seconds ?? 0n), amount?.minorUnits]),
    ).to.deep.equal([
      [0, 0n],
      [Date.parse("2027-03-03T15:00:00Z") / 1000, 14590n],
      [Date.parse("2027-03-05T15:00:00Z") / 1000, 29180n],
    ]);
  });

  it("is booked at its price, even where the price has changed since", async () => {
    const quote = await ask();
    await world.inventory.batchUpdateRates(
      {
        ...write(),
        parent: hotel.name,
        updates: [
          {
            ratePlan: hotel.ratePlan,
            roomType: hotel.roomType("a"),
            startDate: "2027-03-01",
            endDate: "2027-04-01",
            daysOfWeek: [],
            nightlyPrice: { currencyCode: "EUR", minorUnits: 99900n },
          },
        ],
      },
      world.as(),
    );
    const held = await book(quote.quoteToken);
    expect(stateOf(held)).to.equal("HELD");
    expect(held.total).to.deep.equal(quote.total);
    expect(held.roomTotal?.minorUnits).to.equal(25800n);
    expect(held.cancellationPolicy).to.deep.equal(quote.cancellationPolicy);
    expect((await ask()).total?.minorUnits).to.not.equal(quote.total?.minorUnits);
  });

  it("is refused when it has ended, was changed or is for something else", async () => {
    const { quoteToken } = await ask({}, "2027-01-01T00:00:00Z");
    expect(await reasonOf(book(quoteToken, "2027-01-01T00:30:00Z"))).to.equal("QUOTE_EXPIRED");
    expect(stateOf(await book(quoteToken, "2027-01-01T00:29:59Z"))).to.equal("HELD");
    const { quoteToken: good } = await ask();
    const bad = `${good.slice(0, 20)}${good[20] === "A" ? "B" : "A"}${good.slice(21)}`;
    expect(await reasonOf(book(bad))).to.equal("QUOTE_INVALID");
    expect(await reasonOf(book("nonsense"))).to.equal("QUOTE_INVALID");
    expect(await reasonOf(book(good, undefined, { checkOutDate: "2027-03-08" }))).to.equal("QUOTE_CHANGED");
    const other = await openHotel(world);
    const elsewhere = world.reservations.createReservation(
      { ...stay(other, "", ""), reservation: { ...reservationBlank, quoteToken: good, booker: ana, rooms: [] } },
      world.as(),
    );
    expect(await reasonOf(elsewhere)).to.equal("QUOTE_CHANGED");
  });

  it("no longer fits once what it promises was taken off sale", async () => {
    const { quoteToken } = await ask();
    await world.catalog.archiveRatePlan({ ...write(), name: hotel.ratePlan, etag: "" }, world.as());
    expect(await reasonOf(book(quoteToken))).to.equal("QUOTE_CHANGED");
    expect(await reasonOf(ask())).to.equal("PROPERTY_ARCHIVED");
  });

  it("holds no rooms, and says early what a hold would be refused for", async () => {
    const { quoteToken } = await ask();
    await setNights(world, hotel.name, {
      roomType: hotel.roomType("a"),
      startDate: "2027-03-06",
      endDate: "2027-03-07",
      capacity: 0,
    });
    const refusal = await refusalOf(book(quoteToken));
    expect(refusal.reason).to.equal("ROOM_SOLD_OUT");
    expect(refusal.facts).to.deep.equal({ roomType: hotel.roomType("a"), night: "2027-03-06" });
    const early = await refusalOf(ask());
    expect([early.reason, early.facts]).to.deep.equal([refusal.reason, refusal.facts]);
  });

  it("is refused for too many people, missing prices and impossible dates", async () => {
    const crowd = [{ roomType: hotel.roomType("a"), ratePlan: hotel.ratePlan, adults: 3, children: 0 }];
    expect(await reasonOf(ask({ rooms: crowd }))).to.equal("OCCUPANCY_EXCEEDED");
    expect(await reasonOf(ask({ checkInDate: "2027-05-31", checkOutDate: "2027-06-02" }))).to.equal("NO_RATE");
    expect(await reasonOf(ask({ checkInDate: "2027-03-07", checkOutDate: "2027-03-07" }))).to.equal("INVALID_REQUEST");
    expect(await reasonOf(ask({ checkInDate: "2027-02-30" }))).to.equal("INVALID_REQUEST");
  });

  it("has the same end however it is asked for again", async () => {
    const now = "2027-01-01T00:00:00Z";
    expect((await ask({}, now)).quoteToken).to.equal((await ask({}, now)).quoteToken);
  });

  it("is for whoever asked for it", async () => {
    const { quoteToken } = await ask();
    const south = world.as({ partner: "south" });
    const theirs = await openHotel(world, { id: hotel.name.slice(11), as: south });
    const call = world.reservations.createReservation(
      { ...stay(theirs, "", ""), reservation: { ...reservationBlank, quoteToken, booker: ana, rooms: [] } },
      south,
    );
    expect(await reasonOf(call)).to.equal("QUOTE_INVALID");
  });

  it("leaves a booking in one call to be paid", async () => {
    const { quoteToken } = await ask();
    const request = stay(hotel, "", "", { rooms: [], payment: { paymentMethodToken: "tok_visa" } });
    const booked = await world.reservations.createReservation(
      { ...request, reservation: { ...reservationBlank, quoteToken, booker: ana, rooms: [] } },
      world.as(),
    );
    expect(stateOf(booked)).to.equal("CONFIRMED");
    await bookings(world).until(booked, "CAPTURED");
  });
});

function never(): never {
  throw new Error("a request without its reservation");
}
