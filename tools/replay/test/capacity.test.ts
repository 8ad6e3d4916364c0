import { expect } from "chai";
import { peakOf, roomTypeNeeds } from "../src/capacity.ts";
import { isoDay } from "../src/day.ts";
import { readBooking } from "../src/read-booking.ts";
import { type SyntheticRow, values } from "./support/synthetic-file.ts";

const bookings = (...rows: readonly SyntheticRow[]) => rows.map((row, index) => readBooking(index + 1, values(row)));

describe("capacities", () => {
  it("count stays that share a night, and not a departure and an arrival on the same day", () => {
    expect(peakOf(bookings({ arrival: "2016-03-10" }, { arrival: "2016-03-11" }))).to.equal(2);
    expect(peakOf(bookings({ arrival: "2016-03-10" }, { arrival: "2016-03-12" }))).to.equal(1);
  });

  it("include a booking that is cancelled later, for as long as it stood", () => {
    const cancelled = { leadTime: 30, status: "Canceled", statusDate: "2016-03-01" } as const;
    expect(peakOf(bookings(cancelled, { leadTime: 10 }))).to.equal(2);
    expect(peakOf(bookings(cancelled, { leadTime: 9 }))).to.equal(1);
  });

  it("give a room back before the bookings of the day of its cancellation, unless it was booked on that day", () => {
    expect(peakOf(bookings({ leadTime: 30, status: "Canceled", statusDate: "2016-03-05" }, { leadTime: 5 }))).to.equal(
      1,
    );
    expect(peakOf(bookings({ leadTime: 5, status: "Canceled", statusDate: "2016-03-05" }, { leadTime: 5 }))).to.equal(
      2,
    );
  });

  it("keep the room of a guest who does not come until the day after the arrival", () => {
    const missed = { status: "No-Show", statusDate: "2016-03-10" } as const;
    expect(peakOf(bookings(missed, { arrival: "2016-03-10", leadTime: 0 }))).to.equal(2);
    expect(peakOf(bookings(missed, { arrival: "2016-03-11", leadTime: 0 }))).to.equal(1);
  });

  it("come with the guests and the nights that each room type needs; odd rows need no room", () => {
    const needs = roomTypeNeeds(
      bookings(
        { roomType: "D", arrival: "2016-03-01", adults: 40 },
        { roomType: "D", arrival: "2016-03-20", adults: 1, children: "2", weekNights: 69 },
        { roomType: "P", arrival: "2016-03-05", adults: 0 },
      ),
    );
    expect(
      needs.map((need) => ({ ...need, firstNight: isoDay(need.firstNight), endDay: isoDay(need.endDay) })),
    ).to.deep.equal([
      { roomType: "d", maxAdults: 40, maxGuests: 40, capacity: 1, firstNight: "2016-03-01", endDay: "2016-05-28" },
      { roomType: "p", maxAdults: 1, maxGuests: 1, capacity: 0, firstNight: "2016-03-05", endDay: "2016-03-07" },
    ]);
  });
});
