const decimalShape = /^(-?)(\d{1,12})(?:\.(\d{1,12}))?$/;

/** Reads a decimal as hundredths, exactly; more than two places are rounded half up. Undefined where it is no decimal. */
export function hundredthsOf(text: string): bigint | undefined {
  const match = decimalShape.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  const scale = 10n ** BigInt(fraction.length);
  const units = BigInt(`${sign}${whole}${fraction}`);
  return floorDivide(units * 200n + scale, scale * 2n);
}

/** A quotient of amounts, rounded half up; 0 where there is nothing to divide by. */
export function divideHalfUp(amount: bigint, count: bigint): bigint {
  return count === 0n ? 0n : floorDivide(amount * 2n + count, count * 2n);
}

/** BigInt division cuts towards zero, which is up for negative values. */
function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const cut = dividend / divisor;
  return dividend < 0n && cut * divisor !== dividend ? cut - 1n : cut;
}
