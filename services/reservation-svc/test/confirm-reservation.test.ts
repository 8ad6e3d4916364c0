import { Payment_State } from "@staymesh/proto/staymesh/payment/v1/payment";
import { expect } from "chai";
import { bookings, paymentStateOf, stateOf } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { type Hotel, openHotel, room, stay, write } from "./support/hotel.ts";
import { openWorld, reasonOf, refusalOf, type World } from "./support/world.ts";

describe("confirming a reservation", () => {
  let world: World;
  let hotel: Hotel;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
  });
  beforeEach(async () => {
    hotel = await openHotel(world, { rooms: { a: 2 } });
  });
  after(() => world[Symbol.asyncDispose]());

  it("pays and sells what was held, and takes the money afterwards", async () => {
    const held = await on.hold(hotel);
    expect(await on.counts(hotel)).to.deep.equal({ sold: 0, held: 1 });
    const confirmed = await on.confirm(held);
    expect([stateOf(confirmed), paymentStateOf(confirmed)]).to.deep.equal(["CONFIRMED", "AUTHORIZED"]);
    expect(confirmed.holdExpireTime).to.equal(undefined);
    expect(await on.counts(hotel)).to.deep.equal({ sold: 1, held: 0 });

    const later = await on.until(confirmed, "CAPTURED");
    const payment = world.bank.all().find(({ name }) => name === later.payment);
    expect(payment?.captured?.minorUnits).to.equal(20000n);
    const saga = await on.saga(held);
    expect(saga.steps.map(({ step, outcome }) => `${step} ${outcome}`)).to.deep.equal([
      "HOLD SUCCEEDED",
      "AUTHORIZE SUCCEEDED",
      "CONFIRM SUCCEEDED",
      "CAPTURE SUCCEEDED",
    ]);
    expect(saga.dueStep).to.equal("");
  });

  it("keeps the hold where the card is declined, and takes another card", async () => {
    const held = await on.hold(hotel);
    const refusal = await refusalOf(on.confirm(held, "tok_decline"));
    expect(refusal.reason).to.equal("CARD_DECLINED");
    expect(refusal.facts["declineCode"]).to.equal("card_declined");
    const still = await on.get(held);
    expect([stateOf(still), paymentStateOf(still)]).to.deep.equal(["HELD", "DECLINED"]);
    expect(stateOf(await on.confirm(held, "tok_visa"))).to.equal("CONFIRMED");
    expect(await on.counts(hotel)).to.deep.equal({ sold: 1, held: 0 });
  });

  it("tells a payment that failed from a card that was declined", async () => {
    const held = await on.hold(hotel);
    expect(await reasonOf(on.confirm(held, "tok_failed"))).to.equal("PAYMENT_FAILED");
    expect(stateOf(await on.get(held))).to.equal("HELD");
  });

  it("answers with an open payment, keeps the hold, and confirms once the bank has decided", async () => {
    const held = await on.hold(hotel);
    const open = await on.confirm(held, "tok_3ds");
    expect([stateOf(open), paymentStateOf(open)]).to.deep.equal(["HELD", "REQUIRES_ACTION"]);
    expect(open.nextActionUrl).to.not.equal("");
    expect(await reasonOf(on.confirm(held, "tok_visa"))).to.equal("PAYMENT_IN_PROGRESS");
    world.bank.resolve(open.payment, "AUTHORIZED");
    const paid = await on.until(open, "CAPTURED");
    expect(stateOf(paid)).to.equal("CONFIRMED");
  }).timeout(20_000);

  const lapse = (held: { readonly name: string }, minutes: number) =>
    world.pool.query(
      "UPDATE reservation SET hold_lapses_at = clock_timestamp() - make_interval(mins => $2) WHERE reservation_id = $1",
      [held.name.split("/")[3], minutes],
    );

  it("waits some minutes beyond the hold's end for a guest who is at the bank's page", async () => {
    const open = await on.confirm(await on.hold(hotel), "tok_3ds");
    await lapse(open, 5);
    world.bank.resolve(open.payment, "AUTHORIZED");
    expect(stateOf(await on.until(open, "CAPTURED"))).to.equal("CONFIRMED");
  }).timeout(20_000);

  it("gives the rooms back and lets the money go where the guest never comes back from the bank's page", async () => {
    const before = await on.counts(hotel);
    const open = await on.confirm(await on.hold(hotel), "tok_3ds");
    const voids = world.bank.count("void");
    await lapse(open, 11);
    await eventually(
      async () => world.bank.count("void"),
      (count) => count > voids,
      15_000,
    );
    // A consent that comes too late is let go as well.
    world.bank.resolve(open.payment, "AUTHORIZED");
    const gone = await eventually(
      () => on.get(open),
      (latest) => stateOf(latest) === "EXPIRED",
      15_000,
    );
    expect(paymentStateOf(gone)).to.equal("VOIDED");
    expect((await on.saga(open)).dueStep).to.equal("");
    expect(await on.counts(hotel)).to.deep.equal(before);
  }).timeout(40_000);

  it("lets the hold go on where an open payment ends with a decline", async () => {
    const open = await on.confirm(await on.hold(hotel), "tok_pending");
    world.bank.resolve(open.payment, "DECLINED");
    expect(stateOf(await on.until(open, "DECLINED"))).to.equal("HELD");
  }).timeout(20_000);

  it("lets the money go where the rooms were given back meanwhile", async () => {
    const open = await on.confirm(await on.hold(hotel), "tok_pending");
    expect(stateOf(await on.release(open))).to.equal("RELEASED");
    await on.until(open, "VOIDED");
    expect(await on.counts(hotel)).to.deep.equal({ sold: 0, held: 0 });
  }).timeout(20_000);

  it("needs no payment where there is nothing to pay", async () => {
    const free = await world.reservations.createReservation(
      stay(hotel, "2027-03-05", "2027-03-06", { rooms: [room(hotel, "a", 0n)] }),
      world.as(),
    );
    const confirmed = await on.confirm(free, undefined);
    expect([stateOf(confirmed), paymentStateOf(confirmed)]).to.deep.equal(["CONFIRMED", "NOT_REQUIRED"]);
  });

  it("asks for a payment, unless the key may let guests pay at the property", async () => {
    const held = await on.hold(hotel);
    const request = { ...write(), name: held.name, etag: "", payment: undefined };
    const scopes = ["reservations.write", "reservations.read"];
    const refusal = reasonOf(world.reservations.confirmReservation(request, world.as({ scopes })));
    expect(await refusal).to.equal("PAYMENT_REQUIRED");
    const may = world.as({ scopes: [...scopes, "reservations.payAtProperty"] });
    const confirmed = await world.reservations.confirmReservation({ ...request, ...write() }, may);
    expect([stateOf(confirmed), paymentStateOf(confirmed)]).to.deep.equal(["CONFIRMED", "NOT_REQUIRED"]);
  });

  it("refuses a second confirmation, another version and what is not there", async () => {
    const held = await on.hold(hotel);
    await on.confirm(held);
    expect(await reasonOf(on.confirm(held))).to.equal("INVALID_STATE");
    const other = await on.hold(hotel);
    const stale = { ...write(), name: other.name, etag: "77", payment: undefined };
    expect(await reasonOf(world.reservations.confirmReservation(stale, world.as()))).to.equal("ETAG_MISMATCH");
    const foreign = { ...write(), name: other.name, etag: "", payment: undefined };
    const call = world.reservations.confirmReservation(foreign, world.as({ partner: "south" }));
    expect(await reasonOf(call)).to.equal("NOT_FOUND");
  });

  it("changes nothing where it is only asked whether it would", async () => {
    const held = await on.hold(hotel);
    const request = {
      ...write(),
      validateOnly: true,
      name: held.name,
      etag: "",
      payment: { paymentMethodToken: "tok_visa" },
    };
    expect(stateOf(await world.reservations.confirmReservation(request, world.as()))).to.equal("CONFIRMED");
    expect(stateOf(await on.get(held))).to.equal("HELD");
  });

  it("books in one call, or gives the rooms back where the card is declined", async () => {
    const booked = await on.book(hotel, "tok_visa");
    expect(stateOf(booked)).to.equal("CONFIRMED");
    expect(await reasonOf(on.book(hotel, "tok_decline"))).to.equal("CARD_DECLINED");
    expect(await on.counts(hotel)).to.deep.equal({ sold: 1, held: 0 });
    await on.until(booked, "CAPTURED");
  });

  it("keeps the rooms of a booking in one call while the bank's answer is open, and gives them back if it is no", async () => {
    const open = await on.book(hotel, "tok_pending");
    expect([stateOf(open), paymentStateOf(open)]).to.deep.equal(["HELD", "PROCESSING"]);
    world.bank.resolve(open.payment, "DECLINED");
    expect(stateOf(await on.until(open, "DECLINED"))).to.equal("RELEASED");
    const good = await on.book(hotel, "tok_3ds");
    world.bank.resolve(good.payment, "AUTHORIZED");
    expect(stateOf(await on.until(good, "CAPTURED"))).to.equal("CONFIRMED");
    expect(await on.counts(hotel)).to.deep.equal({ sold: 1, held: 0 });
  }).timeout(30_000);

  it("has one payment for a request that comes many times at once", async () => {
    const held = await on.hold(hotel);
    const before = world.bank.count("authorize");
    const request = { ...write(), name: held.name, etag: "", payment: { paymentMethodToken: "tok_visa" } };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.reservations.confirmReservation(request, world.as())),
    );
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect(world.bank.count("authorize") - before).to.equal(1);
  });

  it("takes the money at check-in where the plan says so", async () => {
    const late = await openHotel(world, { rooms: { a: 2 }, ratePlan: { captureTiming: 2 } });
    const confirmed = await on.confirm(await on.hold(late));
    expect((await on.saga(confirmed)).dueStep).to.equal("");
    await on.checkIn(confirmed, "2027-03-05T16:00:00Z");
    await on.until(confirmed, "CAPTURED");
  });

  for (const [call, token] of [
    ["authorize", "tok_visa"],
    ["capture", "tok_visa"],
  ] as const) {
    for (const fault of ["before", "after"] as const) {
      it(`comes to one payment where ${call} breaks off ${fault} its work`, async () => {
        const before = world.bank.count("authorize");
        world.bank.fail(call, ...Array<typeof fault>(6).fill(fault));
        const held = await on.hold(hotel);
        await on.confirm(held, token);
        const paid = await on.until(held, "CAPTURED", 25_000);
        expect(stateOf(paid)).to.equal("CONFIRMED");
        expect(world.bank.count("authorize") - before).to.equal(1);
        const own = world.bank.all().filter(({ reservation }) => reservation === held.name);
        expect(own.map(({ state }) => state)).to.deep.equal([Payment_State.CAPTURED]);
      }).timeout(40_000);
    }
  }

  it("tells a caller that the payment is open where the payment service does not answer, and ends it later", async () => {
    world.bank.fail("authorize", ...Array<"before">(60).fill("before"));
    const held = await on.hold(hotel);
    const open = await on.confirm(held);
    expect([stateOf(open), paymentStateOf(open)]).to.deep.equal(["HELD", "PROCESSING"]);
    const saga = await on.saga(held);
    expect(saga.dueStep).to.equal("AUTHORIZE");
    world.bank.mend("authorize");
    await eventually(
      () => on.get(held),
      (latest) => stateOf(latest) === "CONFIRMED",
      20_000,
    );
  }).timeout(40_000);
});
