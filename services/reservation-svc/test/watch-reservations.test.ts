import type { WatchReservationsResponse } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { expect } from "chai";
import { bookings } from "./support/booking.ts";
import { type Hotel, openHotel } from "./support/hotel.ts";
import { openWorld, reasonOf, type World } from "./support/world.ts";

describe("watching a property's reservations", () => {
  let world: World;
  let hotel: Hotel;
  let on: ReturnType<typeof bookings>;
  before(async () => {
    world = await openWorld();
    on = bookings(world);
  });
  beforeEach(async () => {
    hotel = await openHotel(world);
  });
  after(() => world[Symbol.asyncDispose]());

  const watch = (resumeToken: string) =>
    world.reservations.watchReservations({ parent: hotel.name, resumeToken }, world.as());
  /** The place at which a stream begins. */
  const begun = async (stream: AsyncIterator<WatchReservationsResponse>): Promise<WatchReservationsResponse> => {
    const { value } = await stream.next();
    return value;
  };
  /** Reads events until there are so many, and ends the stream. */
  const read = async (resumeToken: string, count: number): Promise<readonly WatchReservationsResponse[]> => {
    const events: WatchReservationsResponse[] = [];
    for await (const message of watch(resumeToken)) {
      if (message.event !== undefined) events.push(message);
      if (events.length === count) break;
    }
    return events;
  };
  const told = (events: readonly WatchReservationsResponse[]) =>
    events.map(({ event }) => `${event?.sequence} ${event?.type}`);

  it("tells what happens, as it happens", async () => {
    const stream = watch("")[Symbol.asyncIterator]();
    expect(await begun(stream)).to.have.property("event", undefined);
    const booked = await on.book(hotel, "tok_visa");
    await on.until(booked, "CAPTURED");
    await on.cancel(booked, "2027-03-01T12:00:00Z");
    const events: WatchReservationsResponse[] = [];
    while (events.length < 4) events.push((await stream.next()).value);
    await stream.return?.();
    expect(told(events)).to.deep.equal([
      "1 reservation.held",
      "2 reservation.confirmed",
      "3 reservation.payment_changed",
      "4 reservation.cancelled",
    ]);
    expect(new Set(events.map(({ event }) => event?.reservation))).to.deep.equal(new Set([booked.name]));
  }).timeout(15_000);

  it("goes on after the last event that was seen, and from the beginning of what is kept", async () => {
    for (let index = 0; index < 6; index++) await on.hold(hotel);
    const all = await read("0", 6);
    const from = all[2]?.resumeToken ?? "";
    expect(await read(from, 3)).to.deep.equal(all.slice(3));
  }).timeout(15_000);

  it("begins with its place, from which it goes on although it broke before its first event", async () => {
    const stream = watch("")[Symbol.asyncIterator]();
    const { resumeToken, event } = await begun(stream);
    await stream.return?.();
    expect([resumeToken === "", event]).to.deep.equal([false, undefined]);
    const held = await on.hold(hotel);
    expect((await read(resumeToken, 1))[0]?.event).to.include({ type: "reservation.held", reservation: held.name });
  }).timeout(15_000);

  it("never skips an event of many that are written at once", async () => {
    const made = await Promise.all(Array.from({ length: 120 }, () => on.hold(hotel)));
    const events = await read("0", 120);
    expect(new Set(events.map(({ event }) => event?.reservation))).to.deep.equal(new Set(made.map(({ name }) => name)));
  }).timeout(20_000);

  it("does not take a token of another stream", async () => {
    for (const token of ["nonsense", "abcdef.5", "1"])
      expect(await reasonOf(read(token, 1)), token).to.equal("RESUME_TOKEN_INVALID");
  });
});
