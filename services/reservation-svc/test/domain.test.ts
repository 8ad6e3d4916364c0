import { expect } from "chai";
import fc from "fast-check";
import { dearest, penaltyAt, penaltyPercent, penaltySteps } from "../src/domain/cancellation.ts";
import { addDays, daysBetween, monthsOf, nightsOf } from "../src/domain/day.ts";
import { percentOf, shareOf } from "../src/domain/money.ts";
import { dayAt, instantOf, isTimeZone } from "../src/domain/property-time.ts";
import { settleStep } from "../src/domain/saga.ts";

const lisbon = { timeZone: "Europe/Lisbon", checkInTime: "15:00" };
const flex = [
  { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
  { untilHoursBeforeCheckIn: 0, penaltyPercent: 50 },
];
const tiers = fc.uniqueArray(
  fc.record({
    untilHoursBeforeCheckIn: fc.integer({ min: 0, max: 200 }),
    penaltyPercent: fc.integer({ min: 0, max: 100 }),
  }),
  { selector: (tier) => tier.untilHoursBeforeCheckIn, maxLength: 5 },
);

describe("days", () => {
  it("are counted over months and leap years", () => {
    expect(nightsOf("2028-02-28", "2028-03-01")).to.deep.equal(["2028-02-28", "2028-02-29"]);
    expect(addDays("2027-12-31", 1)).to.equal("2028-01-01");
    expect(daysBetween("2027-03-27", "2027-03-29")).to.equal(2);
    expect(monthsOf("2027-12-31", "2028-02-01")).to.deep.equal(["2027-12", "2028-01"]);
  });

  it("are the property's own", () => {
    const instant = new Date("2027-03-04T11:30:00Z");
    expect(dayAt(instant, "Pacific/Auckland")).to.equal("2027-03-05");
    expect(dayAt(instant, "America/Los_Angeles")).to.equal("2027-03-04");
    expect(isTimeZone("Europe/Atlantis")).to.equal(false);
    expect(isTimeZone("+02:00")).to.equal(false);
  });
});

describe("local times", () => {
  it("are instants, also on the days when the clocks change", () => {
    expect(instantOf("2027-03-27", "15:00", "Europe/Lisbon").toISOString()).to.equal("2027-03-27T15:00:00.000Z");
    expect(instantOf("2027-03-28", "15:00", "Europe/Lisbon").toISOString()).to.equal("2027-03-28T14:00:00.000Z");
    // 01:30 is skipped in spring and comes twice in autumn.
    expect(instantOf("2027-03-28", "01:30", "Europe/Lisbon").toISOString()).to.equal("2027-03-28T01:30:00.000Z");
    expect(instantOf("2027-10-31", "01:30", "Europe/Lisbon").toISOString()).to.equal("2027-10-31T00:30:00.000Z");
  });

  it("come back as the day that they are of", () => {
    const zones = fc.constantFrom(
      "Europe/Lisbon",
      "Pacific/Apia",
      "America/St_Johns",
      "Asia/Kathmandu",
      "Pacific/Kiritimati",
    );
    const days = fc.integer({ min: 0, max: 20_000 }).map((offset) => addDays("2000-01-01", offset));
    fc.assert(
      fc.property(zones, days, (zone, day) => {
        // Apia left out a whole day when it changed sides of the date line.
        if (zone === "Pacific/Apia" && day === "2011-12-30") return;
        expect(dayAt(instantOf(day, "15:00", zone), zone)).to.equal(day);
      }),
    );
  });
});

describe("penalties", () => {
  it("follow the tier with the most hours that are still left", () => {
    expect([49, 48, 47.99, 0, -0.01].map((hours) => penaltyPercent(flex, hours))).to.deep.equal([0, 0, 50, 50, 100]);
    expect(penaltyPercent([], -5)).to.equal(0);
  });

  it("count real hours where the clocks change in between", () => {
    // From the 26th 15:00 to the 28th 15:00 there are 47 hours in Lisbon.
    const at = (instant: string) => penaltyAt(flex, 1001n, "2027-03-28", lisbon, new Date(instant));
    expect(at("2027-03-26T14:00:00Z")).to.equal(0n);
    expect(at("2027-03-26T15:00:00Z")).to.equal(501n);
  });

  it("are those of the dearest plan at each time", () => {
    fc.assert(
      fc.property(
        fc.array(tiers, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -5, max: 250 }),
        (policies, hours) => {
          const each = policies.map((policy) => penaltyPercent(policy, hours));
          expect(penaltyPercent(dearest(policies), hours)).to.equal(Math.max(...each));
        },
      ),
    );
  });

  it("have steps that say at each time what a cancellation costs", () => {
    const now = new Date("2027-03-01T12:00:00Z");
    fc.assert(
      fc.property(tiers, fc.integer({ min: 0, max: 8 * 24 }), (policy, ahead) => {
        const instant = new Date(now.getTime() + ahead * 3_600_000 + 1);
        const steps = penaltySteps(policy, 10_000n, "2027-03-05", lisbon, now);
        const due = steps.findLast(({ from }) => from === undefined || from < instant);
        expect(due?.amount).to.equal(penaltyAt(policy, 10_000n, "2027-03-05", lisbon, instant));
      }),
    );
  });
});

describe("shares of an amount", () => {
  it("are rounded half up to a minor unit", () => {
    expect([percentOf(101n, 50), percentOf(99n, 50), percentOf(1n, 49), shareOf(5n, 1n, 2n)]).to.deep.equal([
      51n,
      50n,
      0n,
      3n,
    ]);
  });
});

describe("the money of a reservation", () => {
  const payment = {
    name: "payments/1",
    authorized: 0n,
    captured: 0n,
    refunded: 0n,
    operationPending: false,
    declineCode: "",
    nextActionUrl: "",
  } as const;

  it("is brought to its target from wherever it is", () => {
    const authorized = { ...payment, state: "AUTHORIZED", authorized: 100n } as const;
    expect(settleStep(authorized, 0n)).to.deep.equal({ do: "VOID", amount: 100n });
    expect(settleStep(authorized, 30n)).to.deep.equal({ do: "CAPTURE", amount: 30n });
    const captured = { ...payment, state: "CAPTURED", captured: 100n, refunded: 20n } as const;
    expect(settleStep(captured, 30n)).to.deep.equal({ do: "REFUND", amount: 50n });
    expect(settleStep(captured, 80n)).to.deep.equal({ do: "END" });
    expect(settleStep({ ...captured, operationPending: true }, 0n)).to.deep.equal({ do: "WAIT" });
    expect(settleStep({ ...payment, state: "PROCESSING" }, 100n)).to.deep.equal({ do: "WAIT" });
    expect(settleStep({ ...payment, state: "PROCESSING" }, 0n)).to.deep.equal({ do: "VOID", amount: 0n });
    expect(settleStep({ ...payment, state: "VOIDED" }, 100n)).to.deep.equal({ do: "END" });
  });
});
