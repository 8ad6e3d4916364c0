const BINARY: Readonly<Record<string, bigint>> = {
  Ki: 1n << 10n,
  Mi: 1n << 20n,
  Gi: 1n << 30n,
  Ti: 1n << 40n,
  Pi: 1n << 50n,
  Ei: 1n << 60n,
};
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E))?$/;

/**
 * Reads a Kubernetes quantity ("0.98", "1e9", "4.5G", "1349M", "2Gi") as a whole number of units of 10^-`decimals`, rounded up
 * as Kubernetes does. Exact: no amount passes through a float. Throws where the text is no quantity.
 */
export function parseQuantity(text: string, decimals: number): bigint {
  const match = FORM.exec(text);
  const [, sign, whole = "", fraction = "", exponent, suffix = ""] = match ?? [];
  if (match === null || (whole === "" && fraction === "")) throw new Error(`"${text}" is no quantity`);
  const digits = BigInt(whole + fraction) * (BINARY[suffix] ?? 1n);
  const power = Number(exponent?.slice(1) ?? 0) + (DECIMAL[suffix] ?? 0) - fraction.length + decimals;
  const size = power >= 0 ? digits * 10n ** BigInt(power) : ceilDivide(digits, 10n ** BigInt(-power));
  return sign === "-" ? -size : size;
}

/** CPU as millicores. */
export const milliCpu = (text: string): bigint => parseQuantity(text, 3);

/** Memory as bytes. */
export const bytes = (text: string): bigint => parseQuantity(text, 0);

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
