import { expect } from "chai";
import { bookings, paymentStateOf, stateOf } from "./support/booking.ts";
import { type Hotel, openHotel, write } from "./support/hotel.ts";
import { openWorld, refusalOf, type World } from "./support/world.ts";

const EARLY = "2027-03-03T15:00:00Z";
const LATE = "2027-03-03T15:00:01Z";
const AFTER = "2027-03-05T15:00:01Z";

describe("cancelling a reservation", () => {
  let world: World;
  let hotel: Hotel;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
    hotel = await openHotel(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const payment = (name: string) => {
    const found = world.bank.all().find((each) => each.name === name);
    return {
      captured: found?.captured?.minorUnits,
      refunded: found?.refunded?.minorUnits,
      voided: found?.voided?.minorUnits,
    };
  };

  for (const [when, now, penalty, kept] of [
    ["in time", EARLY, 0n, 20000n],
    ["late", LATE, 10000n, 10000n],
  ] as const) {
    it(`gives back what is not due, ${when}`, async () => {
      const booked = await on.until(await on.book(hotel, "tok_visa"), "CAPTURED");
      const cancelled = await on.cancel(booked, now);
      expect([stateOf(cancelled), paymentStateOf(cancelled)]).to.deep.equal(["CANCELLED", "REFUNDED"]);
      expect(cancelled.penalty?.minorUnits).to.equal(penalty);
      expect(payment(booked.payment).refunded).to.equal(kept);
    });
  }

  it("keeps everything after check-in time", async () => {
    const booked = await on.until(await on.book(hotel, "tok_visa"), "CAPTURED");
    const cancelled = await on.cancel(booked, AFTER);
    expect(cancelled.penalty?.minorUnits).to.equal(20000n);
    expect(paymentStateOf(cancelled)).to.equal("CAPTURED");
  });

  it("lets money go that was only kept ready, and takes the penalty of it", async () => {
    const late = await openHotel(world, { ratePlan: { captureTiming: 2 } });
    const free = await on.book(late, "tok_visa");
    expect(paymentStateOf(await on.cancel(free, EARLY))).to.equal("VOIDED");
    const dear = await on.book(late, "tok_visa");
    expect(paymentStateOf(await on.cancel(dear, LATE))).to.equal("CAPTURED");
    expect(payment(dear.payment)).to.deep.include({ captured: 10000n, voided: 10000n });
  });

  it("ends with the penalty even where the money was just being taken", async () => {
    const open = world.bank.hold("capture");
    const booked = await on.book(hotel, "tok_visa");
    const cancelling = on.cancel(booked, EARLY);
    open();
    await cancelling;
    await on.until(booked, "REFUNDED");
    expect(payment(booked.payment)).to.deep.include({ captured: 20000n, refunded: 20000n });
  }).timeout(20_000);

  it("refuses more than the caller accepts", async () => {
    const booked = await on.book(hotel, "tok_visa");
    const accept = (minorUnits: bigint) =>
      world.reservations.cancelReservation(
        { ...write(), name: booked.name, etag: "", maxPenalty: { currencyCode: "EUR", minorUnits } },
        world.as({}, LATE),
      );
    const refusal = await refusalOf(accept(9999n));
    expect(refusal.reason).to.equal("PENALTY_APPLIES");
    expect(refusal.facts["penaltyMinorUnits"]).to.equal("10000");
    expect(stateOf(await accept(10000n))).to.equal("CANCELLED");
  });

  it("gives the rooms back, and cannot be done twice", async () => {
    const small = await openHotel(world, { rooms: { a: 1 } });
    const booked = await on.book(small, "tok_visa");
    expect(await on.counts(small)).to.deep.equal({ sold: 1, held: 0 });
    await on.cancel(booked, EARLY);
    expect(await on.counts(small)).to.deep.equal({ sold: 0, held: 0 });
    expect((await refusalOf(on.cancel(booked, EARLY))).reason).to.equal("INVALID_STATE");
  });

  for (const call of ["refund", "void"] as const) {
    for (const fault of ["before", "after"] as const) {
      it(`gives back once where ${call} breaks off ${fault} its work`, async () => {
        const house = await openHotel(world, { ratePlan: { captureTiming: call === "void" ? 2 : 1 } });
        const booked = await on.book(house, "tok_visa");
        await on.until(booked, call === "void" ? "AUTHORIZED" : "CAPTURED");
        const before = world.bank.count(call);
        world.bank.fail(call, ...Array<typeof fault>(7).fill(fault));
        await on.cancel(booked, EARLY);
        await on.until(booked, call === "void" ? "VOIDED" : "REFUNDED", 25_000);
        expect(world.bank.count(call) - before).to.equal(1);
      }).timeout(40_000);
    }
  }
});
