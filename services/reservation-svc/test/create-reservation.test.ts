import { expect } from "chai";
import { bookings, paymentStateOf, stateOf } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { ana, type Hotel, openHotel, room, setNights, stay, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

describe("making a reservation", () => {
  let world: World;
  let hotel: Hotel;
  before(async () => {
    world = await openWorld();
    hotel = await openHotel(world, { rooms: { a: 50, b: 5 } });
  });
  after(() => world[Symbol.asyncDispose]());

  const make = (...more: Parameters<typeof stay> extends [unknown, ...infer Rest] ? Rest : never) =>
    world.reservations.createReservation(stay(hotel, ...more), world.as());

  it("holds rooms of several types at agreed prices", async () => {
    const rooms = [room(hotel, "b", 20000n), room(hotel, "a", 15000n), room(hotel, "a", 15000n)];
    const held = await make("2027-03-05", "2027-03-07", { rooms, holdDuration: { seconds: 600n, nanos: 0 } });
    expect([stateOf(held), paymentStateOf(held)]).to.deep.equal(["HELD", "PAYMENT_STATE_UNSPECIFIED"]);
    expect(held.total?.minorUnits).to.equal(100_000n);
    expect(held.rooms.map(({ roomType }) => roomType.at(-1))).to.deep.equal(["b", "a", "a"]);
    expect(held.rooms[0]?.nightlyPrices.map(({ date, roomIndex }) => [date, roomIndex])).to.deep.equal([
      ["2027-03-05", 0],
      ["2027-03-06", 0],
    ]);
    expect(Number(held.holdExpireTime?.seconds) - Number(held.createTime?.seconds)).to.equal(600);
    expect(held.booker).to.deep.equal(ana);
    expect(await world.reservations.getReservation({ name: held.name }, world.as())).to.deep.equal(held);
    expect(await bookings(world).counts(hotel)).to.deep.equal({ sold: 0, held: 2 });
  });

  it("confirms at once where there is nothing to pay", async () => {
    const booked = await make("2027-03-10", "2027-03-11", { rooms: [room(hotel, "a", 0n)], confirm: true });
    expect([stateOf(booked), paymentStateOf(booked)]).to.deep.equal(["CONFIRMED", "NOT_REQUIRED"]);
    expect(await bookings(world).counts(hotel, "2027-03-10")).to.deep.equal({ sold: 1, held: 0 });
  });

  for (const [rule, nights, reason, facts] of [
    ["a stop-sell", { stopSell: true }, "STOP_SELL", {}],
    ["a day that is closed to arrival", { closedToArrival: true }, "CLOSED_TO_ARRIVAL", {}],
    ["a stay that is too short", { minStayNights: 3 }, "MIN_STAY_NOT_MET", { minStayNights: "3" }],
    ["a stay that is too long", { maxStayNights: 1 }, "MAX_STAY_EXCEEDED", { maxStayNights: "1" }],
  ] as const) {
    it(`refuses ${rule}`, async () => {
      const house = await openHotel(world);
      await setNights(world, house.name, {
        roomType: house.roomType("a"),
        startDate: "2027-03-05",
        endDate: "2027-03-06",
        ...nights,
      });
      const call = world.reservations.createReservation(stay(house, "2027-03-05", "2027-03-07"), world.as());
      const refusal = await refusalOf(call);
      expect(refusal.reason).to.equal(reason);
      expect(refusal.facts).to.deep.equal({ roomType: house.roomType("a"), night: "2027-03-05", ...facts });
    });
  }

  it("refuses a departure on a day that is closed to it, and a night without rooms", async () => {
    const house = await openHotel(world);
    await setNights(world, house.name, {
      roomType: house.roomType("a"),
      startDate: "2027-03-07",
      endDate: "2027-03-08",
      closedToDeparture: true,
    });
    const until = (day: string) => world.reservations.createReservation(stay(house, "2027-03-05", day), world.as());
    expect(await reasonOf(until("2027-03-07"))).to.equal("CLOSED_TO_DEPARTURE");
    expect(stateOf(await until("2027-03-08"))).to.equal("HELD");
    const beyond = world.reservations.createReservation(stay(house, "2027-05-31", "2027-06-02"), world.as());
    expect((await refusalOf(beyond)).facts["night"]).to.equal("2027-06-01");
  });

  it("sells as many more than there are as it is allowed", async () => {
    const house = await openHotel(world, { rooms: { a: 1 } });
    await setNights(world, house.name, {
      roomType: house.roomType("a"),
      startDate: "2027-03-05",
      endDate: "2027-03-06",
      overbookingAllowance: 1,
    });
    const book = () => world.reservations.createReservation(stay(house, "2027-03-05", "2027-03-06"), world.as());
    await book();
    await book();
    expect(await reasonOf(book())).to.equal("ROOM_SOLD_OUT");
  });

  it("refuses odd bookings with the field or the reason", async () => {
    const field = async (call: Promise<unknown>) => (await refusalOf(call)).violations?.[0]?.field;
    expect(await field(make("2027-03-05", "2027-03-05"))).to.equal("reservation.check_out_date");
    expect(await field(make("2027-03-05", "2027-03-04"))).to.equal("reservation.check_out_date");
    expect(await field(make("2027-02-30", "2027-03-04"))).to.equal("reservation.check_in_date");
    expect(await field(make("2027-03-05", "2027-03-06", { rooms: [room(hotel, "a", -1n)] }))).to.match(
      /agreed_nightly_price/,
    );
    expect(
      await field(make("2027-03-05", "2027-03-06", { rooms: [{ ...room(hotel), agreedNightlyPrice: undefined }] })),
    ).to.match(/agreed_nightly_price/);
    expect(await field(make("2027-03-05", "2027-03-06", { rooms: [room(hotel, "a", 1n, 0)] }))).to.match(/adults/);
    expect(await field(make("2027-03-05", "2027-03-06", { rooms: [] }))).to.equal("reservation.rooms");
    expect(await reasonOf(make("2027-03-05", "2027-03-06", { rooms: [room(hotel, "zzz")] }))).to.equal("NOT_FOUND");
    expect(await reasonOf(make("2027-03-05", "2027-03-06", { rooms: [room(hotel, "a", 1n, 3)] }))).to.equal(
      "OCCUPANCY_EXCEEDED",
    );
    const scopes = ["reservations.write"];
    const call = world.reservations.createReservation(stay(hotel, "2027-03-05", "2027-03-06"), world.as({ scopes }));
    expect(await reasonOf(call)).to.equal("AGREED_PRICE_NOT_ALLOWED");
  });

  it("keeps a refusal for a repeated request, even where it would now succeed", async () => {
    const house = await openHotel(world, { rooms: { a: 0 } });
    const request = stay(house, "2027-03-05", "2027-03-06");
    const book = () => world.reservations.createReservation(request, world.as());
    const first = await refusalOf(book());
    await setNights(world, house.name, {
      roomType: house.roomType("a"),
      startDate: "2027-03-05",
      endDate: "2027-03-06",
      capacity: 5,
    });
    const second = await refusalOf(book());
    expect([second.reason, second.facts, second.message]).to.deep.equal([first.reason, first.facts, first.message]);
  });

  it("changes nothing where it is only asked whether it would", async () => {
    const house = await openHotel(world, { rooms: { a: 1 } });
    const request = { ...stay(house, "2027-03-05", "2027-03-06"), validateOnly: true };
    expect(stateOf(await world.reservations.createReservation(request, world.as()))).to.equal("HELD");
    expect(await bookings(world).counts(house)).to.deep.equal({ sold: 0, held: 0 });
    const real = { ...request, validateOnly: false };
    expect(stateOf(await world.reservations.createReservation(real, world.as()))).to.equal("HELD");
    expect(
      await reasonOf(world.reservations.createReservation({ ...request, ...write(), validateOnly: true }, world.as())),
    ).to.equal("ROOM_SOLD_OUT");
  });

  it("is refused for what was taken off sale a moment ago", async () => {
    const house = await openHotel(world);
    await world.reservations.createReservation(stay(house, "2027-03-05", "2027-03-06"), world.as());
    await world.catalog.archiveRoomType({ ...write(), name: house.roomType("a"), etag: "" }, world.as());
    const call = world.reservations.createReservation(stay(house, "2027-03-05", "2027-03-06"), world.as());
    expect(await reasonOf(call)).to.equal("PROPERTY_ARCHIVED");
  });

  it("keeps one partner's hotel from another's", async () => {
    const call = world.reservations.createReservation(
      stay(hotel, "2027-03-05", "2027-03-06"),
      world.as({ partner: "south" }),
    );
    expect(await reasonOf(call)).to.equal("NOT_FOUND");
    const held = await make("2027-03-05", "2027-03-06");
    const read = world.reservations.getReservation({ name: held.name }, world.as({ partner: "south" }));
    expect(await reasonOf(read)).to.equal("NOT_FOUND");
    const elsewhere = world.reservations.getReservation({ name: held.name }, world.as({ properties: ["other"] }));
    expect(await reasonOf(elsewhere)).to.equal("PROPERTY_NOT_GRANTED");
  });

  it("lets a hold lapse and gives its rooms back", async () => {
    const house = await openHotel(world, { rooms: { a: 1 } });
    const held = await world.reservations.createReservation(
      stay(house, "2027-03-05", "2027-03-06", { holdDuration: { seconds: 1n, nanos: 0 } }),
      world.as({}, "2016-03-01T12:00:00Z"),
    );
    expect(held.holdExpireTime?.seconds).to.equal(BigInt(Date.parse("2016-03-01T12:00:01Z") / 1000));
    const lapsed = await eventually(
      () => bookings(world).get(held),
      (latest) => stateOf(latest) === "EXPIRED",
      5000,
    );
    expect(lapsed.holdExpireTime).to.equal(undefined);
    expect(await bookings(world).counts(house)).to.deep.equal({ sold: 0, held: 0 });
    expect(await reasonOf(bookings(world).confirm(held))).to.equal("HOLD_EXPIRED");
  }).timeout(10_000);

  it("keeps a hold longer where it is asked to", async () => {
    const held = await make("2027-03-20", "2027-03-21", { holdDuration: { seconds: 1n, nanos: 0 } });
    const extended = await world.reservations.extendHold(
      { ...write(), name: held.name, etag: held.etag, holdDuration: { seconds: 3600n, nanos: 0 } },
      world.as(),
    );
    expect(Number(extended.holdExpireTime?.seconds) - Number(held.holdExpireTime?.seconds)).to.be.within(3598, 3602);
    expect(extended.etag).to.not.equal(held.etag);
    const left = await world.pool.query(
      "SELECT hold_lapses_at > clock_timestamp() + interval '50 minutes' AS long FROM reservation WHERE reservation_id = $1",
      [held.name.split("/")[3]],
    );
    expect(left.rows[0].long).to.equal(true);
  });

  it("keeps no guest's data in plain sight of the store", async () => {
    await make("2027-03-25", "2027-03-26");
    const { rows } = await world.pool.query<{ dump: string }>(
      `SELECT (SELECT string_agg(r::text, '') FROM reservation r) || (SELECT string_agg(encode(coalesce(answer, ''), 'escape'), '') FROM idempotency)
        || (SELECT string_agg(o::text, '') FROM outbox o) || (SELECT string_agg(encode(sealed, 'escape'), '') FROM guest) AS dump`,
    );
    expect(rows[0]?.dump).to.not.match(/Silva|ana@example/);
  });
});
