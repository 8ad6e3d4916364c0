import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { needArrivalDay, needState, noShow } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import { collect } from "./collect.ts";
import type { Ports } from "./ports.ts";
import { propertyOf } from "./property-of.ts";
import type { Reply } from "./reply.ts";

/** Notes that the guest did not come: the rooms go back and the whole total stays due. */
export function markNoShow(ports: Ports, command: ReservationCommand, call: CallContext): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, async (loaded) => {
    const { reservation } = loaded;
    needState(reservation, "CONFIRMED");
    const property = await propertyOf(ports, reservation);
    needArrivalDay(reservation, property.timeZone, call.now);
    return { change: noShow(reservation, call.now), ...collect(ports, loaded, call) };
  });
}
