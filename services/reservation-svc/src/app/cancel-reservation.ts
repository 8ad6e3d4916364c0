import { type CallContext, Refusal } from "@staymesh/service-kit";
import { penaltyAt } from "../domain/cancellation.ts";
import type { Money } from "../domain/money.ts";
import { invalid } from "../domain/refusals.ts";
import type { Reservation } from "../domain/reservation.ts";
import { retarget } from "../domain/saga.ts";
import { cancel, needState } from "../domain/transitions.ts";
import { changeReservation, type ReservationCommand } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";
import { propertyOf } from "./property-of.ts";
import type { Reply } from "./reply.ts";

export interface CancelReservationCommand extends ReservationCommand {
  readonly maxPenalty: Money | undefined;
}

/** Gives sold rooms back, keeps what the policy says is due and gives back the rest. */
export function cancelReservation(
  ports: Ports,
  command: CancelReservationCommand,
  call: CallContext,
): Promise<Reply<Reservation>> {
  return changeReservation(ports, command, call, async ({ reservation, saga }) => {
    needState(reservation, "CONFIRMED");
    const property = await propertyOf(ports, reservation);
    const { policy, total, checkIn } = reservation;
    const penalty = penaltyAt(policy ?? [], total, checkIn, property, call.now);
    checkAccepted(command.maxPenalty, penalty, reservation.currencyCode);
    const change = cancel(reservation, penalty, call.now);
    if (saga === undefined || reservation.payment === "" || reservation.paymentState === "NOT_REQUIRED")
      return { change };
    const next = retarget(saga, reservation.paymentState, penalty, ports.newId(), call.statedNow);
    const leased = { ...next, leaseOwner: ports.leases.owner, requestId: command.requestId.toLowerCase() };
    return { change, saga: leased, pending: true };
  });
}

function checkAccepted(most: Money | undefined, penalty: bigint, currencyCode: string): void {
  if (most === undefined) return;
  if (most.currencyCode !== currencyCode) {
    throw invalid("max_penalty.currency_code", `The reservation is in ${currencyCode}.`);
  }
  if (penalty <= most.minorUnits) return;
  throw new Refusal("PENALTY_APPLIES", `Cancelling costs ${penalty} minor units of ${currencyCode}.`, {
    penaltyMinorUnits: String(penalty),
    currencyCode,
  });
}
