import { expect } from "chai";
import { figuresByMonth } from "../src/figures.ts";
import { readBooking } from "../src/read-booking.ts";
import { differences, readFigures } from "../src/report.ts";
import { type SyntheticRow, values } from "./support/synthetic-file.ts";

const bookings = (...rows: readonly SyntheticRow[]) => rows.map((row, index) => readBooking(index + 1, values(row)));

describe("the figures of the file", () => {
  it("count each night in its month, and arrivals, cancellations and no-shows in the month of arrival", () => {
    const figures = figuresByMonth(
      bookings(
        { arrival: "2016-03-30", weekNights: 4, price: "100.01" },
        { arrival: "2016-03-31", weekNights: 1, price: "0" },
        { arrival: "2016-04-10", weekNights: 1, price: "50" },
        { arrival: "2016-03-15", status: "Canceled", statusDate: "2016-02-01" },
        { arrival: "2016-04-30", status: "No-Show", statusDate: "2016-04-30" },
        { arrival: "2016-04-01", weekNights: 0 },
        { arrival: "2016-04-02", adults: 0 },
        { arrival: "2016-04-03", price: "-1" },
      ),
    );
    expect([...figures.keys()]).to.deep.equal(["2016-03", "2016-04", "2016-05"]);
    // March: the nights of 30 and 31 at 100.01, and a free one: 200.02 / 3 = 66.6733…
    expect(figures.get("2016-03")).to.deep.equal({
      room_nights: 3n,
      room_revenue_minor: 20_002n,
      adr_minor: 6667n,
      arrivals: 2n,
      cancellations: 1n,
      no_shows: 0n,
    });
    // April: the nights of 1 and 2 at 100.01, and one at 50: 250.02 / 3 = 83.34.
    expect(figures.get("2016-04")).to.deep.equal({
      room_nights: 3n,
      room_revenue_minor: 25_002n,
      adr_minor: 8334n,
      arrivals: 1n,
      cancellations: 0n,
      no_shows: 1n,
    });
    // May has only the second night of the guest who did not come.
    expect(figures.get("2016-05")).to.deep.include({ room_nights: 0n, adr_minor: 0n, no_shows: 0n });
  });

  it("round half a cent of the average up", () => {
    const figures = figuresByMonth(bookings({ weekNights: 1, price: "10.01" }, { weekNights: 1, price: "10.02" }));
    expect(figures.get("2016-03")?.adr_minor).to.equal(1002n);
  });

  it("span the months between, also those in which nothing happens", () => {
    const figures = figuresByMonth(bookings({ arrival: "2015-11-05" }, { arrival: "2016-02-05" }));
    expect([...figures.keys()]).to.deep.equal(["2015-11", "2015-12", "2016-01", "2016-02"]);
  });
});

describe("the figures of a report", () => {
  const head = "month,room_nights,room_revenue_minor,adr_minor,occupancy_percent,arrivals,cancellations,no_shows";
  const file = {
    room_nights: 3n,
    room_revenue_minor: 20_002n,
    adr_minor: 6667n,
    arrivals: 2n,
    cancellations: 1n,
    no_shows: 0n,
  };

  it("are those of the month's row, in whatever order the columns come", () => {
    const report = readFigures(`${head}\r\n2016-02,1,1,1,0.5,1,1,1\r\n2016-03,3,20002,6667,33.3,2,1,0\r\n`, "2016-03");
    expect(report).to.deep.equal(file);
    expect(differences(file, report)).to.deep.equal([]);
  });

  it("differ by a cent where they do, and wholly where the month is missing", () => {
    const report = readFigures(`${head}\r\n2016-03,3,20003,6668,33.3,2,1,0\r\n`, "2016-03");
    expect(differences(file, report)).to.deep.equal(["room_revenue_minor", "adr_minor"]);
    expect(differences(file, readFigures(`${head}\r\n`, "2016-03"))).to.have.length(6);
  });

  it("may leave the average of no nights empty, and nothing else", () => {
    expect(readFigures(`${head}\r\n2016-03,0,0,,0,0,0,0\r\n`, "2016-03")?.adr_minor).to.equal(0n);
    expect(() => readFigures(`${head}\r\n2016-03,,0,0,0,0,0,0\r\n`, "2016-03")).to.throw('says "" for room_nights');
    expect(() => readFigures(`${head}\r\n2016-03,0,0.5,0,0,0,0,0\r\n`, "2016-03")).to.throw('says "0.5"');
  });
});
