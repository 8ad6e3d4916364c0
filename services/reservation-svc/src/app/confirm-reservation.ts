import { type CallContext, Refusal } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import { beginPayment, confirmUnpaid, needHold } from "../domain/transitions.ts";
import { newSaga } from "./begin-saga.ts";
import { changeReservation, type Decision, type ReservationCommand } from "./change-reservation.ts";
import { needPayAtProperty } from "./create-reservation.ts";
import type { Loaded, Ports } from "./ports.ts";
import type { Reply } from "./reply.ts";

export interface ConfirmReservationCommand extends ReservationCommand {
  readonly paymentMethodToken: string | undefined;
}

/** Pays for a hold and makes it a sale. The saga asks the bank and confirms; without anything to pay it is done at once. */
export function confirmReservation(
  ports: Ports,
  command: ConfirmReservationCommand,
  call: CallContext,
): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, (loaded) => {
    const { reservation, saga } = loaded;
    needHold(reservation, ports.clock());
    if (saga?.state === "RUNNING") {
      throw new Refusal("PAYMENT_IN_PROGRESS", "A payment of the reservation is under way.", {
        paymentState: reservation.paymentState,
      });
    }
    if (reservation.total === 0n) return { change: confirmUnpaid(reservation, call.now) };
    if (command.paymentMethodToken === undefined) {
      needPayAtProperty(call);
      return { change: confirmUnpaid(reservation, call.now) };
    }
    return begun(ports, command, command.paymentMethodToken, loaded, call);
  });
}

function begun(
  ports: Ports,
  command: ConfirmReservationCommand,
  token: string,
  loaded: Loaded,
  call: CallContext,
): Decision {
  const { reservation, dataKey } = loaded;
  if (dataKey === undefined) throw new Error(`the guest of ${reservation.id} was erased while the rooms are held`);
  const change = beginPayment(reservation, call.now);
  if (command.validateOnly) {
    const next = { ...confirmUnpaid(reservation, call.now).next, paymentState: "AUTHORIZED" } as const;
    return { change: { ...change, next } };
  }
  const saga = newSaga(ports, reservation, dataKey, token, "KEEP", call, command.requestId, loaded.saga);
  return { change, saga, pending: true };
}
