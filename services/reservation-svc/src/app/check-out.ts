import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { checkOut as checkedOut, needState } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";
import { propertyOf } from "./property-of.ts";
import type { Reply } from "./reply.ts";

/** Notes that the guest has left; nights that are left go back for sale. */
export function checkOut(ports: Ports, command: ReservationCommand, call: CallContext): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, async ({ reservation }) => {
    needState(reservation, "CHECKED_IN");
    const property = await propertyOf(ports, reservation);
    return { change: checkedOut(reservation, property.timeZone, call.now) };
  });
}
