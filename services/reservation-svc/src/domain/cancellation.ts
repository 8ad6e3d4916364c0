import type { Day } from "./day.ts";
import { percentOf } from "./money.ts";
import { checkInInstant, type PropertyTime } from "./property-time.ts";

/** Applies while at least so many hours are left until check-in time. */
export interface Tier {
  readonly untilHoursBeforeCheckIn: number;
  readonly penaltyPercent: number;
}

/** The tiers of a policy. None at all: a cancellation costs nothing. */
export type Policy = readonly Tier[];

const HOUR_MS = 3_600_000;

/** The share of the total that is due with so many hours left: of the tiers that are still reached the one with the most hours. */
export const penaltyPercent = (policy: Policy, hoursLeft: number): number => {
  if (policy.length === 0) return 0;
  const reached = policy.filter((tier) => tier.untilHoursBeforeCheckIn <= hoursLeft);
  const tier = mostHours(reached);
  return tier === undefined ? 100 : tier.penaltyPercent;
};

/** What a cancellation at this moment costs. */
export const penaltyAt = (policy: Policy, total: bigint, checkIn: Day, property: PropertyTime, now: Date): bigint =>
  percentOf(total, penaltyPercent(policy, hoursUntil(checkInInstant(checkIn, property), now)));

/** One policy in place of several: the dearest of them at each time. */
export const dearest = (policies: readonly Policy[]): Policy => {
  const hours = new Set(policies.flatMap((policy) => policy.map((tier) => tier.untilHoursBeforeCheckIn)));
  return [...hours]
    .sort((a, b) => b - a)
    .map((untilHoursBeforeCheckIn) => ({
      untilHoursBeforeCheckIn,
      penaltyPercent: Math.max(...policies.map((policy) => penaltyPercent(policy, untilHoursBeforeCheckIn))),
    }));
};

/** What a cancellation costs from a moment on; without a moment from now on. */
export interface PenaltyStep {
  readonly from?: Date;
  readonly amount: bigint;
}

/** The whole course of the penalty, each step dearer or cheaper than the one before it. */
export const penaltySteps = (
  policy: Policy,
  total: bigint,
  checkIn: Day,
  property: PropertyTime,
  now: Date,
): readonly PenaltyStep[] => {
  const arrival = checkInInstant(checkIn, property);
  const left = hoursUntil(arrival, now);
  const steps: PenaltyStep[] = [{ amount: percentOf(total, penaltyPercent(policy, left)) }];
  const turns = policy.map((tier) => tier.untilHoursBeforeCheckIn).filter((hours) => hours <= left);
  for (const hours of turns.sort((a, b) => b - a)) {
    // A tier applies up to its hour; what follows begins there.
    const next = policy.filter((tier) => tier.untilHoursBeforeCheckIn < hours);
    const amount = percentOf(total, mostHours(next)?.penaltyPercent ?? 100);
    if (amount === steps.at(-1)?.amount) continue;
    steps.push({ from: new Date(arrival.getTime() - hours * HOUR_MS), amount });
  }
  return steps;
};

const hoursUntil = (arrival: Date, now: Date): number => (arrival.getTime() - now.getTime()) / HOUR_MS;

const mostHours = (tiers: readonly Tier[]): Tier | undefined =>
  tiers.reduce<Tier | undefined>(
    (most, tier) => (most === undefined || tier.untilHoursBeforeCheckIn > most.untilHoursBeforeCheckIn ? tier : most),
    undefined,
  );
