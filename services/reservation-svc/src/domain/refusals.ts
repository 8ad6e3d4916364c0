import { Refusal } from "@staymesh/service-kit/refusal";

/** Refusals that several parts of the service give in the same words. */
export const notFound = (name: string): Refusal => new Refusal("NOT_FOUND", `There is no ${name}.`, { name });

export const invalid = (field: string, description: string, reason = "value.invalid"): Refusal =>
  new Refusal("INVALID_REQUEST", `${field}: ${description}`, {}, { violations: [{ field, reason, description }] });

export const archived = (name: string): Refusal => new Refusal("PROPERTY_ARCHIVED", `${name} is off sale.`, { name });

/** Ends work that others have overtaken again and again: the same request later will find a calmer moment. */
export const overtaken = (what: string): Refusal =>
  new Refusal("OVERLOADED", `${what} is being changed by many at once.`, {}, { retryAfterMs: 500 });

/** Refuses a change of something that is no longer as the caller read it. */
export const checkEtag = (given: string, version: number): void => {
  if (given === "" || given === String(version)) return;
  throw new Refusal("ETAG_MISMATCH", "It has changed since it was read.", { etag: String(version) });
};

/** What a refusal says where the store gave its reason and its facts alone. */
export const refusalOf = (reason: string, facts: Readonly<Record<string, string>>, message?: string): Refusal =>
  new Refusal(reason, message ?? wordsOf(reason, facts), facts);

const wordsOf = (reason: string, facts: Readonly<Record<string, string>>): string => {
  const night = facts["night"] ?? "a night of the stay";
  const roomType = facts["roomType"] ?? "the room type";
  switch (reason) {
    case "ROOM_SOLD_OUT":
      return `Not enough rooms of ${roomType} are left on ${night}.`;
    case "STOP_SELL":
      return `${roomType} is not for sale on ${night}.`;
    case "CLOSED_TO_ARRIVAL":
      return `No stay in ${roomType} may begin on ${night}.`;
    case "CLOSED_TO_DEPARTURE":
      return `No stay in ${roomType} may end on ${night}.`;
    case "MIN_STAY_NOT_MET":
      return `A stay in ${roomType} from ${night} has at least ${facts["minStayNights"]} nights.`;
    case "MAX_STAY_EXCEEDED":
      return `A stay in ${roomType} from ${night} has at most ${facts["maxStayNights"]} nights.`;
    case "NO_RATE":
      return `${roomType} has no price on ${night}.`;
    case "CAPACITY_BELOW_SOLD":
      return `More rooms of ${roomType} are sold and held on ${night}.`;
    default:
      return reason;
  }
};
