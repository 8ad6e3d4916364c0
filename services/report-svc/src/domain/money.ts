/** An amount in a currency's smallest unit. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

/** A quotient of two amounts, neither negative, rounded half up; 0 where there is nothing to divide by. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  if (divisor === 0n) return 0n;
  return (2n * dividend + divisor) / (2n * divisor);
}

/** A share of an amount in percent, rounded half up to a minor unit. */
export function percentOf(amount: Money, percent: number): Money {
  return { ...amount, minorUnits: divideHalfUp(amount.minorUnits * BigInt(percent), 100n) };
}
