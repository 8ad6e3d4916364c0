import { createHash } from "node:crypto";
import { Refusal } from "@staymesh/service-kit/refusal";

const STANDARD = 50;
const MOST = 500;

export const pageSizeOf = (asked: number): number => Math.min(asked === 0 ? STANDARD : asked, MOST);

/** A place in a list: opaque to callers, and of use only with the filter that it was made for. */
export const pageToken = (filter: readonly string[], position: readonly string[]): string =>
  Buffer.from(JSON.stringify([digest(filter), ...position])).toString("base64url");

/** Where a page begins; undefined at the beginning. A part that has not its form was made up, and no store would take it. */
export function positionOf(
  token: string,
  filter: readonly string[],
  forms: readonly RegExp[],
): readonly string[] | undefined {
  if (token === "") return undefined;
  const parts = parsed(token);
  const [made, ...position] = parts ?? [];
  const fits = position.length === forms.length && forms.every((form, index) => form.test(position[index] ?? ""));
  if (made === digest(filter) && fits) return position;
  throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
}

function parsed(token: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return Array.isArray(value) && value.every((part) => typeof part === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

const digest = (filter: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);
