import type { CallContext } from "@staymesh/service-kit";
import { notFound } from "../domain/refusals.ts";
import type { Reservation } from "../domain/reservation.ts";
import { loadByName } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";

export async function getReservation(ports: Ports, name: string, call: CallContext): Promise<Reservation> {
  const loaded = await loadByName(ports, call.principal.partner, name);
  if (loaded === undefined) throw notFound(name);
  return loaded.reservation;
}
