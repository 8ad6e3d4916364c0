import type { CallContext } from "@staymesh/service-kit";
import type { RatePlan } from "../domain/catalog.ts";
import { ratePlanName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import type { Ports } from "./ports.ts";

export async function getRatePlan(ports: Ports, property: string, id: string, call: CallContext): Promise<RatePlan> {
  const found = await ports.catalog.ratePlan(call.principal.partner, property, id);
  if (found === undefined) throw notFound(ratePlanName(property, id));
  return found;
}
