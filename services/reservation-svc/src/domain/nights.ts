import type { Day } from "./day.ts";

/** One night of a room type, as far as a stay has to know it. */
export interface Night {
  readonly night: Day;
  /** Capacity and allowance less sold and held. */
  readonly free: number;
  readonly stopSell: boolean;
  readonly closedToArrival: boolean;
  readonly closedToDeparture: boolean;
  readonly minStayNights: number;
  readonly maxStayNights: number;
}

/** Why a stay is not possible; the night is the one that stands against it. */
export interface NightRefusal {
  readonly reason: string;
  readonly night: Day;
  readonly limit?: number;
}

/** The same rules, in the same order, as the statement that takes the rooms: the first night that does not take the stay. */
export const refusalOfNights = (
  nights: readonly Day[],
  checkOut: Day,
  rooms: number,
  nightOf: (night: Day) => Night | undefined,
): NightRefusal | undefined => {
  let missing: Day | undefined;
  for (const [index, day] of nights.entries()) {
    const night = nightOf(day);
    if (night === undefined) {
      missing ??= day;
      continue;
    }
    if (night.stopSell) return { reason: "STOP_SELL", night: day };
    if (index === 0) {
      if (night.closedToArrival) return { reason: "CLOSED_TO_ARRIVAL", night: day };
      if (nights.length < night.minStayNights) {
        return { reason: "MIN_STAY_NOT_MET", night: day, limit: night.minStayNights };
      }
      if (night.maxStayNights > 0 && nights.length > night.maxStayNights) {
        return { reason: "MAX_STAY_EXCEEDED", night: day, limit: night.maxStayNights };
      }
    }
    if (night.free < rooms) return { reason: "ROOM_SOLD_OUT", night: day };
  }
  if (missing !== undefined) return { reason: "ROOM_SOLD_OUT", night: missing };
  return nightOf(checkOut)?.closedToDeparture === true ? { reason: "CLOSED_TO_DEPARTURE", night: checkOut } : undefined;
};
