import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { retarget } from "../domain/saga.ts";
import { needState, release } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";
import type { Reply } from "./reply.ts";

/** Gives held rooms back. A payment that is under way goes on to its end, and is then let go. */
export function releaseReservation(
  ports: Ports,
  command: ReservationCommand,
  call: CallContext,
): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, ({ reservation, saga }) => {
    needState(reservation, "HELD");
    const change = release(reservation, call.now);
    if (saga?.state !== "RUNNING") return { change };
    const next = retarget(saga, reservation.paymentState, 0n, ports.newId(), call.statedNow);
    return { change, saga: { ...next, leaseOwner: ports.leases.owner } };
  });
}
