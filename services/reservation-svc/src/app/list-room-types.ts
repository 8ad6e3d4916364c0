import type { CallContext } from "@staymesh/service-kit";
import type { RoomType } from "../domain/catalog.ts";
import { propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import { type CatalogList, type CatalogPage, catalogPage } from "./catalog-page.ts";
import type { Ports } from "./ports.ts";

export async function listRoomTypes(
  ports: Ports,
  property: string,
  list: CatalogList,
  call: CallContext,
): Promise<CatalogPage<RoomType>> {
  const { partner } = call.principal;
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));
  return catalogPage(["roomTypes", partner, property], list, (page) =>
    ports.catalog.roomTypes(partner, property, page),
  );
}
