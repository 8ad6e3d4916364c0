import { type CallContext, Refusal } from "@staymesh/service-kit";
import { type Day, daysBetween, isDay, needDay } from "../domain/day.ts";
import { idIn, propertyIn, propertyName } from "../domain/names.ts";
import { invalid, notFound } from "../domain/refusals.ts";
import type { CalendarRow, Ports } from "./ports.ts";
import { pageLimit, pageToken, placeIn } from "./reply.ts";

export interface CalendarCommand {
  readonly property: string;
  readonly startDate: Day;
  readonly endDate: Day;
  /** Names. */
  readonly roomTypes: readonly string[];
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface CalendarAnswer {
  readonly property: string;
  readonly currencyCode: string;
  readonly rows: readonly CalendarRow[];
  readonly nextPageToken: string;
}

const DAYS_MAX = 1100;

export async function getCalendar(ports: Ports, command: CalendarCommand, call: CallContext): Promise<CalendarAnswer> {
  const { partner } = call.principal;
  const { property, startDate, endDate } = command;
  needDay(startDate, "start_date");
  needDay(endDate, "end_date");
  const days = daysBetween(startDate, endDate);
  if (days <= 0) throw invalid("end_date", "The day after the last night comes after the first.");
  if (days > DAYS_MAX) throw invalid("end_date", `At most ${DAYS_MAX} days after the first night.`);
  for (const [index, name] of command.roomTypes.entries()) {
    if (propertyIn(name) !== property) throw invalid(`room_types[${index}]`, "A room type of the request's property.");
  }
  const found = await ports.catalog.property(partner, property);
  if (found === undefined) throw notFound(propertyName(property));

  const roomTypes = command.roomTypes.map(idIn).toSorted();
  const query = ["calendar", partner, property, startDate, endDate, roomTypes];
  const after = placeOf(placeIn(query, command.pageToken));
  const limit = pageLimit(command.pageSize, 1000, 5000);
  const rows = await ports.inventory.calendar({
    partner,
    property,
    from: startDate,
    to: endDate,
    roomTypes,
    after,
    limit: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    property,
    currencyCode: found.currencyCode,
    rows: shown,
    nextPageToken: more ? pageToken(query, `${last.date}/${last.roomType}`) : "",
  };
}

function placeOf(place: string | undefined): { readonly date: Day; readonly roomType: string } | undefined {
  if (place === undefined) return undefined;
  const [date = "", roomType = ""] = place.split("/");
  if (!isDay(date)) throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
  return { date, roomType };
}
