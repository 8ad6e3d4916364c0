import { expire } from "../domain/transitions.ts";
import { told } from "./change-reservation.ts";
import type { Ports } from "./ports.ts";
import { driveToRest } from "./saga-inline.ts";

const LAPSED_AT_ONCE = 100;
const SAGAS_AT_ONCE = 32;

/** Gives back the rooms of holds whose time is over; true where there may be more of them. */
export async function expireHolds(ports: Ports): Promise<boolean> {
  const ids = await ports.reservations.lapsed(LAPSED_AT_ONCE);
  let failed = 0;
  for (const id of ids) {
    try {
      await expireHold(ports, id);
    } catch (err) {
      // One that cannot be given back keeps no other one.
      failed++;
      ports.log.error({ err, reservation: id }, "a hold could not be given back");
    }
  }
  return ids.length === LAPSED_AT_ONCE && failed === 0;
}

async function expireHold(ports: Ports, id: string): Promise<void> {
  const loaded = await ports.reservations.loadById(id);
  if (loaded === undefined) return;
  const { reservation } = loaded;
  const now = ports.clock();
  const lapsed = reservation.holdLapsesAt !== undefined && reservation.holdLapsesAt <= now;
  if (reservation.state !== "HELD" || reservation.paymentOpen || !lapsed) return;
  const change = expire(reservation, now);
  const eventId = ports.newId();
  // Whoever extends, confirms or releases it at this moment has a newer version, and this write does nothing.
  const result = await ports.reservations.change({
    partner: reservation.partner,
    claim: undefined,
    refusal: undefined,
    guestId: undefined,
    change,
    eventId,
    saga: undefined,
    answer: undefined,
    answered: undefined,
  });
  if (result.outcome === "DONE") await told(ports, change, eventId);
}

/** Takes over sagas that are due and that nobody drives, as many as can be driven at once; true where there may be more of them. */
export async function resumeSagas(ports: Ports): Promise<boolean> {
  const limit = Math.min(SAGAS_AT_ONCE, ports.background.room());
  if (limit === 0) return false;
  const ids = await ports.reservations.claimSagas(ports.leases.owner, limit);
  for (const id of ids) {
    ports.leases.hold(id);
    // Where there is no room after all, the lease ends by itself and the saga is taken up again.
    if (!ports.background.run(() => resume(ports, id))) ports.leases.drop(id);
  }
  return ids.length === limit && ports.background.room() > 0;
}

async function resume(ports: Ports, id: string): Promise<void> {
  try {
    const loaded = await ports.reservations.loadById(id);
    if (loaded !== undefined) await driveToRest(ports, loaded);
  } catch (err) {
    ports.log.error({ err, reservation: id }, "a saga could not be driven; it is taken up again");
  } finally {
    ports.leases.drop(id);
  }
}
