import type { CallContext } from "@staymesh/service-kit";
import type { RoomType } from "../domain/catalog.ts";
import { roomTypeName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { Ports } from "./ports.ts";

export async function getRoomType(ports: Ports, property: string, id: string, call: CallContext): Promise<RoomType> {
  const found = await ports.catalog.roomType(call.principal.partner, property, id);
  if (found === undefined) throw notFound(roomTypeName(property, id));
  return found;
}
