import type { CallContext } from "@staymesh/service-kit";
import type { RatePlan } from "../domain/catalog.ts";
import { propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import { type CatalogList, type CatalogPage, catalogPage } from "./catalog-page.ts";
import type { Ports } from "./ports.ts";

export async function listRatePlans(
  ports: Ports,
  property: string,
  list: CatalogList,
  call: CallContext,
): Promise<CatalogPage<RatePlan>> {
  const { partner } = call.principal;
  if ((await ports.catalog.property(partner, property)) === undefined) throw notFound(propertyName(property));
  return catalogPage(["ratePlans", partner, property], list, (page) =>
    ports.catalog.ratePlans(partner, property, page),
  );
}
