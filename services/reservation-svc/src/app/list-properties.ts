import type { CallContext } from "@staymesh/service-kit";
import type { Property } from "../domain/catalog.ts";
import { type CatalogList, type CatalogPage, catalogPage } from "./catalog-page.ts";
import type { Ports } from "./ports.ts";

/** Lists the properties that the caller has a grant for. */
export function listProperties(ports: Ports, list: CatalogList, call: CallContext): Promise<CatalogPage<Property>> {
  const { partner, properties } = call.principal;
  return catalogPage(["properties", partner], list, (page) => ports.catalog.properties(partner, properties, page));
}
