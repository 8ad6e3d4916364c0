import { expect } from "chai";
import { penaltyPeriods } from "../src/domain/cancellation-terms.ts";
import { instantOf } from "../src/domain/local-time.ts";
import { roomGroups } from "../src/domain/price-lines.ts";
import { afterFailure, FAILURES_MAX } from "../src/domain/retry.ts";
import { eur, room } from "./support/bookings.ts";

const checkIn = new Date("2027-03-05T15:00:00Z");

describe("the terms of a cancellation", () => {
  it("run from tier to tier and end with the whole total", () => {
    const tiers = [
      { untilHoursBeforeCheckIn: 24, penaltyPercent: 50 },
      { untilHoursBeforeCheckIn: 72, penaltyPercent: 0 },
    ];
    expect(penaltyPeriods(tiers, checkIn, eur(25801))).to.deep.equal([
      { until: new Date("2027-03-02T15:00:00Z"), percent: 0, amount: eur(0) },
      // 129.005 is rounded half up.
      { until: new Date("2027-03-04T15:00:00Z"), percent: 50, amount: eur(12901) },
      { until: undefined, percent: 100, amount: eur(25801) },
    ]);
  });

  it("are one period where neighbours cost the same", () => {
    const tiers = [
      { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
      { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
    ];
    expect(penaltyPeriods(tiers, checkIn, eur(100)).map(({ percent }) => percent)).to.deep.equal([0, 100]);
  });

  it("cost nothing until check-in time where there are no tiers", () => {
    expect(penaltyPeriods([], checkIn, eur(100))).to.deep.equal([
      { until: checkIn, percent: 0, amount: eur(0) },
      { until: undefined, percent: 100, amount: eur(100) },
    ]);
  });
});

describe("local time", () => {
  it("is turned into an instant on both sides of a change of clocks", () => {
    expect(instantOf("2027-03-27", "15:00", "Europe/Lisbon").toISOString()).to.equal("2027-03-27T15:00:00.000Z");
    expect(instantOf("2027-03-28", "15:00", "Europe/Lisbon").toISOString()).to.equal("2027-03-28T14:00:00.000Z");
    expect(instantOf("2027-03-28", "00:30", "Europe/Berlin").toISOString()).to.equal("2027-03-27T23:30:00.000Z");
    expect(instantOf("2027-07-01", "15:00", "Asia/Tokyo").toISOString()).to.equal("2027-07-01T06:00:00.000Z");
  });
});

describe("the price lines of a booking", () => {
  it("put nights in a row at one price into one line", () => {
    const [group] = roomGroups([room({}, "2027-03-05", [100, 100, 150, 100])]);
    expect(group?.lines.map(({ from, to, nights, amount }) => [from, to, nights, amount.minorUnits])).to.deep.equal([
      ["2027-03-05", "2027-03-07", 2, 200n],
      ["2027-03-07", "2027-03-08", 1, 150n],
      ["2027-03-08", "2027-03-09", 1, 100n],
    ]);
  });

  it("put rooms that are alike into one group, and no others", () => {
    const groups = roomGroups([room(), room({ adults: 1 }), room()]);
    expect(groups.map(({ count, lines }) => [count, lines[0]?.amount.minorUnits])).to.deep.equal([
      [2, 51600n],
      [1, 25800n],
    ]);
  });
});

describe("a report whose making failed", () => {
  it("is not tried again where the answer would be the same", () => {
    expect(afterFailure("NOT_FOUND", { attempts: 1, failures: 1 })).to.deep.equal({ giveUp: "NOT_FOUND" });
  });

  it("is given up after a few failed renders, but waits long for a service that is away", () => {
    expect(afterFailure("TIMED_OUT", { attempts: FAILURES_MAX, failures: FAILURES_MAX })).to.have.property("giveUp");
    expect(afterFailure("DEPENDENCY_UNAVAILABLE", { attempts: 50, failures: 0 })).to.deep.equal({
      retryAfterMs: 30_000,
    });
  });
});
