/** An amount in whole minor units of a currency. */
export interface Money {
  readonly currencyCode: string;
  readonly minorUnits: bigint;
}

/** The most that any amount may be; the contract says the same of every single one. */
export const AMOUNT_MAX = 1_000_000_000_000_000n;

/** A share of an amount that is not negative, rounded half up to a minor unit. */
export const shareOf = (amount: bigint, numerator: bigint, denominator: bigint): bigint =>
  (2n * amount * numerator + denominator) / (2n * denominator);

export const percentOf = (amount: bigint, percent: number): bigint => shareOf(amount, BigInt(percent), 100n);

export const sumOf = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};
