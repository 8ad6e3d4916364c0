import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
const SMALLEST = 1024;
/** High levels cost many times more for some percent less. */
const BROTLI_OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const GZIP_OPTIONS = { level: 5 };

export type Coding = "br" | "gzip";

/** The coding that a client likes best of those that are offered; undefined for none. */
export function chooseCoding(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const weights = new Map<string, number>();
  for (const part of acceptEncoding.toLowerCase().split(",", 20)) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    weights.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const weight = (coding: Coding) => weights.get(coding) ?? weights.get("*") ?? 0;
  const [br, gz] = [weight("br"), weight("gzip")];
  if (br === 0 && gz === 0) return undefined;
  return br >= gz ? "br" : "gzip";
}

export function isWorthCompressing(bytes: Buffer): boolean {
  return bytes.length > SMALLEST;
}

export function compress(bytes: Buffer, coding: Coding): Promise<Buffer> {
  return coding === "br" ? brotli(bytes, BROTLI_OPTIONS) : zip(bytes, GZIP_OPTIONS);
}
