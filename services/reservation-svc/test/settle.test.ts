import { expect } from "chai";
import { bookings, paymentStateOf, stateOf } from "./support/booking.ts";
import { eventually } from "./support/eventually.ts";
import { openHotel, stay } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

const MARCH = "2027-03-01T10:00:00Z";
const APRIL = "2027-04-01T10:00:00Z";

describe("the money of a reservation", () => {
  let world: World;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const millis = (time: { readonly seconds: bigint; readonly nanos: number } | undefined) =>
    Number(time?.seconds ?? 0n) * 1000 + (time?.nanos ?? 0) / 1e6;

  it("is asked for ever more rarely while the bank declines to take it, and the reservation stays", async () => {
    const hotel = await openHotel(world);
    world.bank.fail("capture", ...Array<"declined">(4).fill("declined"));
    const booked = await on.book(hotel, "tok_visa");
    const declined = async () => (await on.saga(booked)).steps.filter(({ outcome }) => outcome === "DECLINED");
    const steps = await eventually(declined, (found) => found.length >= 4, 30_000);
    const times = steps.map(({ time }) => millis(time));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.at(-1)).to.be.greaterThan(1500);
    expect(stateOf(await on.get(booked))).to.equal("CONFIRMED");
    await on.until(booked, "CAPTURED", 30_000);
    expect(world.bank.count("capture")).to.equal(1);
  }).timeout(60_000);

  it("is asked for once where an open payment is to be let go, however long that takes", async () => {
    const hotel = await openHotel(world);
    const held = await on.book(hotel, "tok_slow");
    expect([stateOf(held), paymentStateOf(held)]).to.deep.equal(["HELD", "PROCESSING"]);
    await on.release(held);
    const voids = world.bank.count("void");
    await eventually(
      () => on.saga(held),
      ({ attempts }) => attempts >= 3,
      20_000,
    );
    expect(world.bank.count("void")).to.equal(voids + 1);
    world.bank.resolve((await on.get(held)).payment, "AUTHORIZED");
    await on.until(held, "VOIDED", 20_000);
    expect((await on.saga(held)).steps.map(({ step }) => step)).to.deep.equal(["HOLD", "VOID"]);
  }).timeout(60_000);

  it("lets a twin of its request wait up to the twin's own deadline, and says then that it is still at work", async () => {
    const hotel = await openHotel(world);
    const open = world.bank.hold("authorize");
    const request = stay(hotel, "2027-03-05", "2027-03-06", { payment: { paymentMethodToken: "tok_visa" } });
    const first = world.reservations.createReservation(request, world.as());
    await eventually(
      () => bookings(world).counts(hotel),
      ({ held }) => held === 1,
    );
    const twin = world.reservations.createReservation(request, { ...world.as(), deadlineMs: Date.now() + 700 });
    expect(await reasonOf(twin)).to.equal("IDEMPOTENCY_IN_PROGRESS");
    const patient = world.reservations.createReservation(request, world.as());
    open();
    expect(await patient).to.deep.equal(await first);
  }).timeout(20_000);

  it("is given back at the time of the cancellation, not at that of the booking", async () => {
    const hotel = await openHotel(world);
    const held = await on.hold(hotel, "2027-05-05", "2027-05-07");
    await on.confirm(held, "tok_visa", MARCH);
    await on.until(held, "CAPTURED");
    const cancelled = await on.cancel(held, APRIL);
    expect(paymentStateOf(cancelled)).to.equal("REFUNDED");
    expect(millis(cancelled.updateTime)).to.equal(Date.parse(APRIL));
  });

  it("is none of a bank where the guest pays at the property after a declined card", async () => {
    const hotel = await openHotel(world);
    const held = await on.hold(hotel);
    await on.confirm(held, "tok_decline").catch(() => undefined);
    await world.reservations.confirmReservation(
      { name: held.name, etag: "", requestId: crypto.randomUUID(), validateOnly: false, payment: undefined },
      world.as(),
    );
    const cancelled = await on.cancel(held, MARCH);
    expect([stateOf(cancelled), paymentStateOf(cancelled)]).to.deep.equal(["CANCELLED", "NOT_REQUIRED"]);
  });
});

describe("work behind the calls", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world[Symbol.asyncDispose]());

  it("gives holds back, also behind one that cannot be given back", async () => {
    const hotel = await openHotel(world, { rooms: { a: 5, b: 5 } });
    const on = bookings(world);
    const holdDuration = { seconds: 1n, nanos: 0 };
    const hold = (from: string, to: string) =>
      world.reservations.createReservation(stay(hotel, from, to, { holdDuration }), world.as());
    const broken = await hold("2027-03-05", "2027-03-06");
    await world.pool.query("UPDATE inventory SET held = 0 WHERE property_id = $1", [hotel.name.slice(11)]);
    const sound = await hold("2027-03-10", "2027-03-11");
    await eventually(
      () => on.get(sound),
      (latest) => stateOf(latest) === "EXPIRED",
      15_000,
    );
    expect(stateOf(await on.get(broken))).to.equal("HELD");
  }).timeout(30_000);

  it("forgets old answers until none is left", async () => {
    await world.pool.query(
      `INSERT INTO idempotency (partner, request_id, method, fingerprint, created_at)
        SELECT 'old', gen_random_uuid(), 'm', '\\x00', now() - interval '31 days' FROM generate_series(1, 7000)`,
    );
    const { reservations } = world.composed.ports;
    expect(await reservations.forget()).to.equal(true);
    expect(await reservations.forget()).to.equal(false);
    const { rows } = await world.pool.query("SELECT count(*)::integer AS count FROM idempotency WHERE partner = 'old'");
    expect(rows[0].count).to.equal(0);
  });
});
