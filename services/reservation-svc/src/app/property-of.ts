import type { Property } from "../domain/catalog.ts";
import type { Reservation } from "../domain/reservation.ts";
import type { Ports } from "./ports.ts";

/** The property of a reservation, as it is now: its clock rules the reservation's days. */
export async function propertyOf(ports: Ports, { partner, property, id }: Reservation): Promise<Property> {
  const found = await ports.catalog.property(partner, property);
  if (found === undefined) throw new Error(`the property of reservation ${id} is not there`);
  return found;
}
