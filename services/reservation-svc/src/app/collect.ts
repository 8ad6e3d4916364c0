import type { Reservation } from "../domain/reservation.ts";
import { retarget, type Saga } from "../domain/saga.ts";
import type { Ports } from "./ports.ts";

/** Makes the saga take the whole total, where a bank only keeps it ready. */
export function collect(ports: Ports, reservation: Reservation, saga: Saga | undefined): { readonly saga?: Saga } {
  if (saga === undefined || saga.state === "RUNNING" || reservation.paymentState !== "AUTHORIZED") return {};
  const next = retarget(saga, reservation.paymentState, reservation.total, ports.newId());
  return { saga: { ...next, leaseOwner: ports.leases.owner } };
}
