import { Readable } from "node:stream";
import { Refusal } from "@staymesh/service-kit/refusal";
import { expect } from "chai";
import type { HotelApi } from "../src/api.ts";
import type { Booking } from "../src/booking.ts";
import { readBookings } from "../src/read-file.ts";
import { type Replayed, replay } from "../src/replay.ts";
import { messageOf } from "../src/tally.ts";
import { type MemoryHotels, memoryHotels } from "./support/memory-hotels.ts";
import { csvOf, syntheticRows } from "./support/synthetic-file.ts";

describe("replay", () => {
  let bookings: readonly Booking[];
  let hotels: MemoryHotels;
  let screen: string;

  before(async () => {
    bookings = await readBookings(Readable.from(csvOf(syntheticRows(7))), {});
  });

  beforeEach(() => {
    hotels = memoryHotels();
    screen = "";
  });

  for (const concurrency of [1, 7, 64]) {
    it(`fills each room type to its last room and is refused nothing but odd rows, with ${concurrency} calls at once`, async () => {
      const { tally, faithful } = await run(hotels, { concurrency });
      expect([...tally.unexpected]).to.deep.equal([]);
      expect(Object.fromEntries(tally.refusedOdd)).to.deep.equal({
        "NO_NIGHTS: INVALID_REQUEST": 2,
        "NO_GUESTS: INVALID_REQUEST": 2,
        "NEGATIVE_PRICE: INVALID_REQUEST": 1,
      });
      expect(faithful).to.equal(true);
      const withRooms = [...hotels.capacities].filter(([, capacity]) => capacity > 0);
      expect([...hotels.peaks].toSorted()).to.deep.equal(withRooms.toSorted());
      expect(screen).to.include("city-hotel-t: ").and.to.include("resort-hotel-t: ").and.to.not.include("MISMATCH");
    });
  }

  it("plays day after day", async () => {
    await run(hotels, { concurrency: 16 });
    const days = hotels.log.filter((line) => /^\d/.test(line)).map((line) => line.slice(0, 10));
    expect(days).to.have.length.above(300);
    expect(days).to.deep.equal(days.toSorted());
  });

  it("changes nothing when it is run again with the same suffix", async () => {
    await run(hotels, {});
    const effects = hotels.log.length;
    const { faithful } = await run(hotels, {});
    expect(faithful).to.equal(true);
    expect(hotels.log).to.have.length(effects);
  });

  it("sends a call again whose answer was lost, with the same request id", async () => {
    hotels.loseAnswers(["NO_ANSWER", "DEPENDENCY_UNAVAILABLE", ...Array.from({ length: 40 }, () => "OVERLOADED")]);
    const { tally, faithful } = await run(hotels, {});
    expect(faithful).to.equal(true);
    const sent = [...tally.retries].toSorted().map(([reason, times]) => `${reason} ${times}`);
    expect(sent).to.deep.equal(["DEPENDENCY_UNAVAILABLE 1", "NO_ANSWER 1", "OVERLOADED 40"]);
  });

  it("pays again as a new request after a payment that failed, and waits for a bank that has not answered", async () => {
    const ids: string[] = [];
    const api: HotelApi = {
      ...hotels,
      book: async (booking, requestId, stated) => {
        ids.push(requestId);
        if (ids.length === 1) throw new Refusal("PAYMENT_FAILED", "The bank could not be reached.");
        return {
          ...(await hotels.book(booking, requestId, stated)),
          state: ids.length === 2 ? "PROCESSING" : "CONFIRMED",
        };
      },
    };
    const { tally, faithful } = await run(api, { concurrency: 1 });
    expect(faithful).to.equal(true);
    expect(ids[0]).to.not.equal(ids[1]);
    expect(Object.fromEntries(tally.retries)).to.deep.equal({ PAYMENT_FAILED: 1, PAYMENT_PROCESSING: 1 });
  });

  it("says at once that nobody answers, or that the suffix is taken by other rows", async () => {
    const refused = async (reason: string) => {
      const createProperty = async () => {
        throw new Refusal(reason, "connect ECONNREFUSED");
      };
      return run({ ...hotels, createProperty }, {}).catch(messageOf);
    };
    expect(await refused("NO_ANSWER")).to.match(/does not answer .*Is staymesh running/);
    expect(await refused("IDEMPOTENCY_KEY_REUSED")).to.match(/other rows: choose another --suffix/);
    expect(await refused("ALREADY_EXISTS")).to.match(/other rows: choose another --suffix/);
    expect(await refused("UNAUTHENTICATED")).to.equal("connect ECONNREFUSED");
  });

  it("tells of a booking that the API refuses, shows the months that differ, and is not faithful", async () => {
    const api: HotelApi = { ...hotels, setCapacities: async () => undefined };
    const { tally, faithful } = await run(api, {});
    expect(faithful).to.equal(false);
    expect([...tally.unexpected.keys()]).to.deep.equal(["book: ROOM_SOLD_OUT"]);
    expect(tally.surprises[0]?.message).to.match(/^ROOM_SOLD_OUT: No room is left on/);
    expect(screen).to.include("MISMATCH").and.to.include(" ≠ 0");
  });

  it("is not faithful where the API takes an odd booking", async () => {
    const api: HotelApi = {
      ...hotels,
      book: async (booking, requestId, stated) =>
        booking.adults === 0 ? { name: "x", state: "CONFIRMED", told: "" } : hotels.book(booking, requestId, stated),
    };
    const { tally, faithful } = await run(api, {});
    expect(faithful).to.equal(false);
    expect([...tally.unexpected.keys()]).to.deep.equal(["book: ACCEPTED_NO_GUESTS"]);
  });

  it("stops when it is told to, and goes on with the same suffix", async () => {
    const stop = new AbortController();
    const api: HotelApi = {
      ...hotels,
      act: async (action, ...rest) => {
        if (hotels.log.length > 200) stop.abort();
        await hotels.act(action, ...rest);
      },
    };
    const stopped = await run(api, { signal: stop.signal }).then(
      () => false,
      () => true,
    );
    expect(stopped).to.equal(true);
    expect((await run(hotels, {})).faithful).to.equal(true);
  });

  function run(api: HotelApi, { concurrency = 16, signal = new AbortController().signal }): Promise<Replayed> {
    let id = 0;
    return replay({
      api,
      bookings,
      suffix: "t",
      concurrency,
      signal,
      patience: { totalMs: 1000, firstPauseMs: 1, longestPauseMs: 2 },
      screen: { write: (text) => (screen += text) },
      newId: () => `report-${id++}`,
    });
  }
});
