import type { CallContext } from "@staymesh/service-kit";
import type { Reservation } from "../domain/reservation.ts";
import type { Saga } from "../domain/saga.ts";
import type { Ports } from "./ports.ts";

/** A new attempt to pay a reservation, leased to this process. `before` is the saga of an earlier attempt that is over. */
export function newSaga(
  ports: Ports,
  reservation: Reservation,
  dataKey: Uint8Array,
  token: string,
  onDecline: Saga["onDecline"],
  call: CallContext,
  requestId: string,
  before?: Saga,
): Saga {
  const now = ports.clock();
  return {
    reservationId: reservation.id,
    partner: reservation.partner,
    property: reservation.property,
    phase: "AUTHORIZE",
    state: "RUNNING",
    version: (before?.version ?? 0) + 1,
    leaseOwner: ports.leases.owner,
    nextRunTime: now,
    attempts: 0,
    attemptKey: ports.newId(),
    sealedToken: ports.vault.sealSecret(dataKey, token),
    amount: reservation.total,
    target: reservation.total,
    onDecline,
    requestId: requestId.toLowerCase(),
    payment: "",
    operation: undefined,
    steps: before?.steps ?? [{ step: "HOLD", outcome: "SUCCEEDED", time: reservation.createTime }],
    statedNow: call.statedNow,
  };
}
