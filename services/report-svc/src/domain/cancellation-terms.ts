import { type Money, percentOf } from "./money.ts";

/** A step of a cancellation policy: applies while at least so many hours are left until check-in time. */
export interface CancellationTier {
  readonly untilHoursBeforeCheckIn: number;
  readonly penaltyPercent: number;
}

/** What a cancellation costs up to a moment; the last period has no end. */
export interface PenaltyPeriod {
  readonly until: Date | undefined;
  readonly percent: number;
  readonly amount: Money;
}

const HOUR_MS = 3_600_000;

/**
 * The periods of a policy from the booking on. A policy without tiers costs nothing until check-in time; after the last tier, and
 * after check-in time, the whole total is due. Neighbours that cost the same are one period.
 */
export function penaltyPeriods(
  tiers: readonly CancellationTier[],
  checkIn: Date,
  total: Money,
): readonly PenaltyPeriod[] {
  const steps = tiers.length === 0 ? [{ untilHoursBeforeCheckIn: 0, penaltyPercent: 0 }] : tiers;
  const ordered = steps.toSorted((a, b) => b.untilHoursBeforeCheckIn - a.untilHoursBeforeCheckIn);
  const periods = ordered.map((tier) => ({
    until: new Date(checkIn.getTime() - tier.untilHoursBeforeCheckIn * HOUR_MS),
    percent: tier.penaltyPercent,
  }));
  const merged: { until: Date | undefined; percent: number }[] = [];
  for (const period of [...periods, { until: undefined, percent: 100 }]) {
    const last = merged.at(-1);
    if (last !== undefined && last.percent === period.percent) last.until = period.until;
    else merged.push({ ...period });
  }
  return merged.map((period) => ({ ...period, amount: percentOf(total, period.percent) }));
}
