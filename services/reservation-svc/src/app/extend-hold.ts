import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { extendHold as extended, needHold } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";
import type { Reply } from "./reply.ts";

export interface ExtendHoldCommand extends ReservationCommand {
  readonly holdSeconds: number;
}

/** Keeps held rooms longer, counted from now. */
export function extendHold(ports: Ports, command: ExtendHoldCommand, call: CallContext): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, ({ reservation }) => {
    needHold(reservation, ports.clock());
    return { change: extended(reservation, command.holdSeconds, call.now) };
  });
}
