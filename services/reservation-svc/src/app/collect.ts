import type { CallContext } from "@staymesh/service-kit";
import { retarget, type Saga } from "../domain/saga.ts";
import type { Loaded, Ports } from "./ports.ts";

/** Makes the saga take the whole total, where a bank only keeps it ready. */
export function collect(
  ports: Ports,
  { reservation, saga }: Pick<Loaded, "reservation" | "saga">,
  call: CallContext,
): { readonly saga?: Saga } {
  if (saga === undefined || saga.state === "RUNNING" || reservation.paymentState !== "AUTHORIZED") return {};
  const next = retarget(saga, reservation.paymentState, reservation.total, ports.newId(), call.statedNow);
  return { saga: { ...next, leaseOwner: ports.leases.owner } };
}
