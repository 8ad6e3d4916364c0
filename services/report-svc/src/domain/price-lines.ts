import type { BookedRoom } from "./booking.ts";
import { addDays, type Day } from "./calendar.ts";
import type { Money } from "./money.ts";

/** Nights in a row at one price. */
export interface PriceLine {
  readonly from: Day;
  /** The day after the last night. */
  readonly to: Day;
  readonly nights: number;
  readonly nightly: Money;
  /** For all nights and all rooms of the group. */
  readonly amount: Money;
}

/** Rooms that are alike in everything. */
export interface RoomGroup {
  readonly count: number;
  readonly room: BookedRoom;
  readonly lines: readonly PriceLine[];
}

/** Rooms that are alike become one group, and nights in a row at one price become one line, so that a long stay stays readable. */
export function roomGroups(rooms: readonly BookedRoom[]): readonly RoomGroup[] {
  const groups = new Map<string, { count: number; room: BookedRoom }>();
  for (const room of rooms) {
    const key = keyOf(room);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { count: 1, room });
    else group.count += 1;
  }
  return [...groups.values()].map((group) => ({ ...group, lines: priceLines(group.room, group.count) }));
}

function priceLines(room: BookedRoom, count: number): readonly PriceLine[] {
  const lines: PriceLine[] = [];
  for (const { date, price } of room.nights) {
    const last = lines.at(-1);
    const joins = last !== undefined && last.to === date && last.nightly.minorUnits === price.minorUnits;
    const from = joins ? last.from : date;
    const nights = joins ? last.nights + 1 : 1;
    const amount = { ...price, minorUnits: price.minorUnits * BigInt(nights * count) };
    if (joins) lines.pop();
    lines.push({ from, to: addDays(date, 1), nights, nightly: price, amount });
  }
  return lines;
}

function keyOf({ nights, ...rest }: BookedRoom): string {
  return JSON.stringify([rest, nights.map(({ date, price }) => [date, price.currencyCode, `${price.minorUnits}`])]);
}
