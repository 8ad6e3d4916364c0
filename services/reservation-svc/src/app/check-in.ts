import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { checkIn as checkedIn, needArrivalDay, needState } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import { collect } from "./collect.ts";
import type { Ports } from "./ports.ts";
import { propertyOf } from "./property-of.ts";
import type { Reply } from "./reply.ts";

/** Notes that the guest has come; what was only kept ready until now is taken. */
export function checkIn(ports: Ports, command: ReservationCommand, call: CallContext): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, async (loaded) => {
    const { reservation } = loaded;
    needState(reservation, "CONFIRMED");
    const property = await propertyOf(ports, reservation);
    needArrivalDay(reservation, property.timeZone, call.now);
    return { change: checkedIn(reservation, call.now), ...collect(ports, loaded, call) };
  });
}
