import { ScalarType } from "@bufbuild/protobuf";

export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  /** 64 bits: a bigint in memory, a string in JSON. */
  readonly long: boolean;
}

const INT32 = { min: -(2n ** 31n), max: 2n ** 31n - 1n, long: false };
const UINT32 = { min: 0n, max: 2n ** 32n - 1n, long: false };
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n, long: true };
const UINT64 = { min: 0n, max: 2n ** 64n - 1n, long: true };

export const INTEGER_RANGES: ReadonlyMap<ScalarType, IntegerRange> = new Map([
  [ScalarType.INT32, INT32],
  [ScalarType.SINT32, INT32],
  [ScalarType.SFIXED32, INT32],
  [ScalarType.UINT32, UINT32],
  [ScalarType.FIXED32, UINT32],
  [ScalarType.INT64, INT64],
  [ScalarType.SINT64, INT64],
  [ScalarType.SFIXED64, INT64],
  [ScalarType.UINT64, UINT64],
  [ScalarType.FIXED64, UINT64],
]);

export type ScalarName = "string" | "bool" | "bytes" | "float" | "double" | "integer";

export function scalarName(scalar: ScalarType): ScalarName {
  switch (scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "bool";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.FLOAT:
      return "float";
    case ScalarType.DOUBLE:
      return "double";
    default:
      return "integer";
  }
}

const FLOAT_MAX = 3.4028234663852886e38;

/** Whether a number fits into a double, or into a float. */
export function isFloat(value: number, single: boolean): boolean {
  return Number.isFinite(value) && (!single || Math.abs(value) <= FLOAT_MAX);
}

/** Decodes standard or URL-safe base64, padded or not; undefined where it is neither. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, "");
  const padded = bare.length !== text.length;
  const sound = /^[A-Za-z0-9+/_-]*$/.test(bare) && bare.length % 4 !== 1 && (!padded || text.length % 4 === 0);
  return sound ? new Uint8Array(Buffer.from(bare, "base64url")) : undefined;
}
