import { type CallContext, Refusal } from "@staymesh/service-kit";
import { readFilter } from "../domain/list-filter.ts";
import { isUuid, propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { Ports } from "./ports.ts";
import { pageLimit, pageToken, placeIn } from "./reply.ts";

export interface ListReservationsCommand {
  readonly property: string;
  readonly filter: string;
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface ReservationsPage {
  readonly reservations: readonly Reservation[];
  readonly nextPageToken: string;
}

/** Reservations of a property, newest first. */
export async function listReservations(
  ports: Ports,
  command: ListReservationsCommand,
  call: CallContext,
): Promise<ReservationsPage> {
  const { partner } = call.principal;
  const { property, filter } = command;
  const conditions = readFilter(filter);
  const query = ["reservations", partner, property, filter];
  const after = placeOf(placeIn(query, command.pageToken));
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));
  const limit = pageLimit(command.pageSize);
  const found = await ports.reservations.list({ partner, property, conditions, after, limit: limit + 1 });
  const reservations = found.slice(0, limit);
  const last = reservations.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    reservations,
    nextPageToken: more ? pageToken(query, `${last.createTime.getTime()}/${last.id}`) : "",
  };
}

function placeOf(place: string | undefined): { readonly createTime: Date; readonly id: string } | undefined {
  if (place === undefined) return undefined;
  const [ms = "", id = ""] = place.split("/");
  if (!/^-?\d{1,14}$/.test(ms) || !isUuid(id)) {
    throw new Refusal("PAGE_TOKEN_INVALID", "The page token does not fit this query.");
  }
  return { createTime: new Date(Number(ms)), id };
}
