import { expect } from "chai";
import { isoDay } from "../src/day.ts";
import { readBooking } from "../src/read-booking.ts";
import { shiftedEndings, statedTime, timelineOf } from "../src/timeline.ts";
import { type SyntheticRow, values } from "./support/synthetic-file.ts";

const bookings = (...rows: readonly SyntheticRow[]) => rows.map((row, index) => readBooking(index + 1, values(row)));

function told(...rows: readonly SyntheticRow[]): readonly string[] {
  return timelineOf(bookings(...rows)).flatMap(({ day, events }) =>
    events.map((event) => `${isoDay(day)} ${event.kind} ${event.booking.row} ${statedTime(day, event).getUTCHours()}`),
  );
}

describe("the order of events", () => {
  it("is booking, check-in and check-out for a stay, each at a stated time of its day", () => {
    expect(told({ leadTime: 10 })).to.deep.equal([
      "2016-02-29 book 1 12",
      "2016-03-10 checkIn 1 16",
      "2016-03-12 checkOut 1 10",
    ]);
  });

  it("gives rooms back before a day's bookings, and lets guests come after them", () => {
    const rows: readonly SyntheticRow[] = [
      { arrival: "2016-03-12", leadTime: 0, weekNights: 1 },
      { arrival: "2016-03-20", leadTime: 20, status: "Canceled", statusDate: "2016-03-12" },
      { arrival: "2016-03-10", leadTime: 3 },
      { arrival: "2016-03-30", leadTime: 18, status: "Canceled", statusDate: "2016-03-12" },
      { arrival: "2016-03-12", leadTime: 0, status: "No-Show", statusDate: "2016-03-12" },
    ];
    expect(told(...rows).filter((line) => line.startsWith("2016-03-12"))).to.deep.equal([
      "2016-03-12 cancel 2 8",
      "2016-03-12 checkOut 3 10",
      "2016-03-12 book 1 12",
      "2016-03-12 book 4 12",
      "2016-03-12 book 5 12",
      "2016-03-12 checkIn 1 16",
      "2016-03-12 cancel 4 18",
      "2016-03-12 markNoShow 5 22",
    ]);
  });

  it("lets a guest leave after the booked nights and be missed on the day of arrival, whatever the file says, and counts these", () => {
    const early: SyntheticRow = { leadTime: 1, weekNights: 4, statusDate: "2016-03-11" };
    const missed: SyntheticRow = { leadTime: 1, status: "No-Show", statusDate: "2016-03-01" };
    expect(told(early).at(-1)).to.equal("2016-03-14 checkOut 1 10");
    expect(told(missed).at(-1)).to.equal("2016-03-10 markNoShow 1 22");
    expect(shiftedEndings(bookings(early, missed, {}))).to.equal(2);
  });

  it("only tries to book an odd row", () => {
    expect(told({ weekNights: 0, status: "Canceled" })).to.deep.equal(["2016-02-29 book 1 12"]);
  });
});
