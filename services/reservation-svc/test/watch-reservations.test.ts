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

  /** Reads events until there are so many, and ends the stream. */
  const read = async (resumeToken: string, count: number): Promise<readonly WatchReservationsResponse[]> => {
    const ended = new AbortController();
    const events: WatchReservationsResponse[] = [];
    const stream = world.reservations.watchReservations(
      { parent: hotel.name, resumeToken },
      { ...world.as(), signal: ended.signal },
    );
    for await (const event of stream) {
      events.push(event);
      if (events.length === count) break;
    }
    ended.abort();
    return events;
  };
  const told = (events: readonly WatchReservationsResponse[]) =>
    events.map(({ event }) => `${event?.sequence} ${event?.type}`);

  it("tells what happens, as it happens", async () => {
    const reading = read("", 4);
    // The stream begins at its start, which is not before the call has been served.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const booked = await on.book(hotel, "tok_visa");
    await on.until(booked, "CAPTURED");
    await on.cancel(booked, "2027-03-01T12:00:00Z");
    const events = await reading;
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
