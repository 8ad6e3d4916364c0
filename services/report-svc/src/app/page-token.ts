import { createHash } from "node:crypto";
import { Refusal } from "@staymesh/service-kit/refusal";

/** Writes where a list goes on; `query` is everything that has to stay the same. */
export function writePageToken(position: string, query: readonly string[]): string {
  return Buffer.from(`${digestOf(query)} ${position}`).toString("base64url");
}

/** Reads a token of the same query; undefined for the first page. */
export function readPageToken(token: string, query: readonly string[], pattern: RegExp): string | undefined {
  if (token === "") return undefined;
  const [digest, position = ""] = Buffer.from(token, "base64url").toString("utf8").split(" ");
  if (digest === digestOf(query) && pattern.test(position)) return position;
  throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
}

function digestOf(query: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 12);
}
