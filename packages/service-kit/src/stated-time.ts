import { mayUse, type Principal } from "./principal.ts";
import { Refusal } from "./refusal.ts";

const instantShape =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** The time that a caller states; only the scope sandbox.clock allows it. */
export function readStatedNow(value: string | undefined, principal: Principal): Date | undefined {
  if (value === undefined) return undefined;
  if (!mayUse(principal, "sandbox.clock")) {
    throw new Refusal("CLOCK_NOT_ALLOWED", "The key may not state the time.", { scope: "sandbox.clock" });
  }
  const instant = readInstant(value);
  if (instant !== undefined) return instant;
  const description = "must be an RFC 3339 instant of the years 1 to 9998, as in 2027-03-01T12:00:00Z";
  throw new Refusal(
    "INVALID_REQUEST",
    `staymesh-now ${description}.`,
    {},
    {
      violations: [{ field: "staymesh-now", reason: "rfc_3339", description }],
    },
  );
}

/** Reads an RFC 3339 instant; a day or an hour that does not exist is none. */
export function readInstant(value: string): Date | undefined {
  const match = instantShape.exec(value);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const asGiven = new Date(Date.UTC(year, month - 1, day));
  asGiven.setUTCFullYear(year);
  const dayExists = asGiven.getUTCMonth() === month - 1 && asGiven.getUTCDate() === day;
  const timeExists = (hour ?? 99) <= 23 && (minute ?? 99) <= 59 && (second ?? 99) <= 59;
  if (!dayExists || !timeExists) return undefined;
  const instant = new Date(value.toUpperCase());
  // What is counted from it has to stay an instant that a Timestamp can say.
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9998 ? instant : undefined;
}
