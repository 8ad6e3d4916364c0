import { expect } from "chai";
import fc from "fast-check";
import { addDays } from "../src/domain/calendar.ts";
import { dayAfter, daysOf, firstDay } from "../src/domain/month.ts";
import { type Counts, type ExportItem, monthFigures, type StayOutcome, sum } from "../src/domain/month-figures.ts";

const stay = (outcome: StayOutcome, checkInDate: string, revenues: readonly number[], rooms = 1): ExportItem => ({
  kind: "stay",
  stay: {
    outcome,
    checkInDate,
    nights: revenues.map((revenue, index) => ({
      date: addDays(checkInDate, index),
      rooms,
      revenueMinor: BigInt(revenue),
    })),
  },
});
const capacity = (month: string, rooms: number): readonly ExportItem[] =>
  daysOf(month).map((date) => ({ kind: "night", date, capacity: rooms }));

describe("the figures of a month", () => {
  it("counts each night of a stay in the month in which it lies", async () => {
    // Three nights at 100.00, 110.00 and 120.01: the last of March and the first two of April.
    const items = [stay("TOOK_PLACE", "2027-03-31", [10000, 11000, 12001])];
    const march = await monthFigures("2027-03", items);
    const april = await monthFigures("2027-04", items);
    expect(march.total).to.include({ roomNights: 1, revenueMinor: 10000n, arrivals: 1, adrMinor: 10000n });
    // 230.01 over two nights is 115.005, which is rounded half up.
    expect(april.total).to.include({ roomNights: 2, revenueMinor: 23001n, arrivals: 0, adrMinor: 11501n });
  });

  it("counts room nights in rooms and arrivals in bookings", async () => {
    const { total } = await monthFigures("2027-03", [stay("TOOK_PLACE", "2027-03-10", [30000, 30000], 3)]);
    expect(total).to.include({ roomNights: 6, revenueMinor: 60000n, arrivals: 1, adrMinor: 10000n });
  });

  it("gives cancellations and no-shows by the day of check-in, without nights or revenue", async () => {
    const items = [
      stay("CANCELLED", "2027-03-01", [9900]),
      stay("CANCELLED", "2027-02-28", [9900, 9900]),
      stay("NO_SHOW", "2027-03-31", [9900]),
      stay("EXPECTED", "2027-03-15", [9900]),
    ];
    const { total, days } = await monthFigures("2027-03", items);
    expect(total).to.include({ roomNights: 0, revenueMinor: 0n, arrivals: 0, cancellations: 1, noShows: 1 });
    expect(days[0]).to.include({ date: "2027-03-01", cancellations: 1 });
    expect(days[30]).to.include({ date: "2027-03-31", noShows: 1 });
  });

  it("relates room nights to capacity, rounded half up to hundredths of a percent", async () => {
    // 1 of 28 x 3 = 84 nights is 1.190476 %.
    const february = await monthFigures("2027-02", [
      ...capacity("2027-02", 3),
      stay("TOOK_PLACE", "2027-02-03", [5000]),
    ]);
    expect(february.total).to.include({ capacityNights: 84, occupancyBasisPoints: 119, revparMinor: 60n });
    // 1 of 32 nights of one day is 3.125 %.
    const [day] = (
      await monthFigures("2027-02", [...capacity("2027-02", 32), stay("TOOK_PLACE", "2027-02-01", [5000])])
    ).days;
    expect(day).to.include({ occupancyBasisPoints: 313 });
  });

  it("answers an empty month with zeros", async () => {
    const { total, days } = await monthFigures("2027-02", []);
    expect(days).to.have.length(28);
    expect(total).to.include({ roomNights: 0, adrMinor: 0n, revparMinor: 0n, occupancyBasisPoints: 0 });
  });

  it("knows the lengths of months, leap years and the turn of the year", () => {
    expect(daysOf("2028-02")).to.have.length(29);
    expect(daysOf("2100-02")).to.have.length(28);
    expect(dayAfter("2027-12")).to.equal("2028-01-01");
    expect(daysOf("2027-12").at(-1)).to.equal("2027-12-31");
  });

  it("takes nothing away and adds nothing where stays cross months: the months together are the whole", async () => {
    const outcome = fc.constantFrom<StayOutcome>("TOOK_PLACE", "CANCELLED", "NO_SHOW", "EXPECTED");
    const months = ["2027-01", "2027-02", "2027-03", "2027-04"];
    const anyStay = fc.record({
      outcome,
      start: fc.integer({ min: 0, max: 89 }),
      revenues: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 }),
      rooms: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyStay, { maxLength: 30 }), async (stays) => {
        const items = stays.map(({ outcome, start, revenues, rooms }) =>
          stay(outcome, addDays(firstDay("2027-01"), start), revenues, rooms),
        );
        const totals = await Promise.all(months.map(async (month) => (await monthFigures(month, items)).total));
        const together = totals.map((total): Counts => total).reduce(sum);
        const took = stays.filter((it) => it.outcome === "TOOK_PLACE");
        const revenue = took.flatMap((it) => it.revenues).reduce((left, right) => left + right, 0);
        expect(together.revenueMinor).to.equal(BigInt(revenue));
        expect(together.roomNights).to.equal(took.reduce((nights, it) => nights + it.revenues.length * it.rooms, 0));
        expect(together.arrivals).to.equal(took.length);
        expect(together.cancellations).to.equal(stays.filter((it) => it.outcome === "CANCELLED").length);
        expect(together.noShows).to.equal(stays.filter((it) => it.outcome === "NO_SHOW").length);
      }),
      { numRuns: 100 },
    );
  });
});
