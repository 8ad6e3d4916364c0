import type { CallContext } from "@staymesh/service-kit";
import type { Property } from "../domain/catalog.ts";
import { propertyName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { Ports } from "./ports.ts";

export async function getProperty(ports: Ports, id: string, call: CallContext): Promise<Property> {
  const property = await ports.catalog.property(call.principal.partner, id);
  if (property === undefined) throw notFound(propertyName(id));
  return property;
}
