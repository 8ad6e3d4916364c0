import { expect } from "chai";
import { isoDay } from "../src/day.ts";
import { readBooking } from "../src/read-booking.ts";
import { type SyntheticRow, values } from "./support/synthetic-file.ts";

const read = (row: SyntheticRow) => readBooking(1, values(row));

describe("a row of the file", () => {
  it("becomes a booking that was made its lead time before the arrival", () => {
    const { bookedOn, arrival, departure, ...rest } = read({
      arrival: "2016-03-01",
      leadTime: 2,
      weekendNights: 1,
      weekNights: 3,
      children: "1",
      babies: 1,
      price: "105.5",
      roomType: "D",
      status: "Canceled",
      statusDate: "2016-02-28",
    });
    expect([bookedOn, arrival, departure, rest.endedOn].map(isoDay)).to.deep.equal([
      "2016-02-28",
      "2016-03-01",
      "2016-03-05",
      "2016-02-28",
    ]);
    expect(rest).to.deep.include({ hotel: "City Hotel", roomType: "d", adults: 2, children: 2, nightlyPrice: 10_550n });
    expect(rest).to.deep.include({ ending: "CANCELLED", oddity: undefined, childrenOnly: false });
  });

  it("has no children where the file does not know", () => {
    expect(read({ children: "NA" })).to.include({ adults: 2, children: 0 });
  });

  it("lets one child count as the adult where only children sleep in the room", () => {
    expect(read({ adults: 0, children: "2", babies: 1 })).to.include({
      adults: 1,
      children: 2,
      childrenOnly: true,
      oddity: undefined,
    });
  });

  for (const [row, oddity] of [
    [{ weekNights: 0 }, "NO_NIGHTS"],
    [{ adults: 0 }, "NO_GUESTS"],
    [{ price: "-6.38" }, "NEGATIVE_PRICE"],
    [{ weekNights: 0, adults: 0 }, "NO_NIGHTS"],
  ] as const) {
    it(`is odd (${oddity}) with ${JSON.stringify(row)}, and is sent as it is`, () => {
      const booking = read(row);
      expect(booking.oddity).to.equal(oddity);
      if ("adults" in row) expect(booking.adults).to.equal(0);
    });
  }

  it("says which value cannot be read, and where", () => {
    const failure = (changed: Readonly<Record<string, string>>) => () => readBooking(17, { ...values(), ...changed });
    expect(failure({ adr: "12,50" })).to.throw('row 17: adr is "12,50", which is no amount');
    expect(failure({ arrival_date_day_of_month: "31", arrival_date_month: "June" })).to.throw(
      "row 17: arrival_date_day_of_month",
    );
    expect(failure({ reservation_status: "Lost" })).to.throw('"Lost", which is no status');
    expect(() => readBooking(3, {})).to.throw("row 3 has no column");
  });
});
