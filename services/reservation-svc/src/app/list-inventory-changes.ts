import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit";
import { type Day, needDay } from "../domain/day.ts";
import { propertyName, roomTypeName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { InventoryChange, Ports } from "./ports.ts";
import { pageLimit, pageToken, placeIn } from "./reply.ts";

export interface ListInventoryChangesCommand {
  readonly property: string;
  readonly roomType: string;
  readonly date: Day;
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface InventoryChangesPage {
  readonly changes: readonly InventoryChange[];
  readonly nextPageToken: string;
}

/** What changed the counts of a night, newest first. */
export async function listInventoryChanges(
  ports: Ports,
  command: ListInventoryChangesCommand,
  call: CallContext,
): Promise<InventoryChangesPage> {
  const { partner } = call.principal;
  const { property, roomType, date } = command;
  needDay(date, "date");
  const query = ["changes", partner, property, roomType, date];
  const place = placeIn(query, command.pageToken);
  if (place !== undefined && !/^\d{1,18}$/.test(place)) {
    throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
  }
  const [parent, found] = await Promise.all([
    ports.catalog.property(partner, property),
    ports.catalog.roomType(partner, property, roomType),
  ]);
  if (parent === undefined) throw notFound(propertyName(property));
  if (found === undefined) throw notFound(roomTypeName(property, roomType));
  const limit = pageLimit(command.pageSize);
  const before = place === undefined ? undefined : BigInt(place);
  const rows = await ports.inventory.changes(partner, property, roomType, date, before, limit + 1);
  const changes = rows.slice(0, limit);
  const last = changes.at(-1);
  return {
    changes,
    nextPageToken: rows.length > limit && last !== undefined ? pageToken(query, String(last.id)) : "",
  };
}
