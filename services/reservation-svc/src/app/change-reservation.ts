import { type CallContext, Refusal } from "@staymesh/service-kit";
import { idIn, isUuid, propertyIn } from "../domain/names.ts";
import { checkEtag, notFound, overtaken } from "../domain/refusals.ts";
import type { Change, Reservation } from "../domain/reservation.ts";
import type { Saga } from "../domain/saga.ts";
import { afterTwin } from "./in-flight.ts";
import type { Claim, Loaded, Ports, WriteResult } from "./ports.ts";
import { claimOf, decided, fresh, type Reply, replay, restored, storedRefusal, type WriteRequest } from "./reply.ts";
import { driveInline, driveLater } from "./saga-inline.ts";
import { stayEnd } from "./stay-end.ts";

/** What every call on one reservation says. */
export interface ReservationCommand extends WriteRequest {
  readonly name: string;
  readonly etag: string;
}

/** What a call does to a reservation. With `pending` the saga answers it. */
export interface Decision {
  readonly change: Change;
  readonly saga?: Saga;
  readonly pending?: boolean;
}

const TRIES_MAX = 30;

/** Reads a reservation, decides, and writes if it is still as it was read; else begins anew. */
export function changeReservation(
  ports: Ports,
  command: ReservationCommand,
  call: CallContext,
  decide: (loaded: Loaded) => Decision | Promise<Decision>,
): Promise<Reply<Reservation>> {
  const claim = claimOf(call, propertyIn(command.name), command);
  return afterTwin(claim, call, async () => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const loaded = await loadByName(ports, call.principal.partner, command.name);
      const decision = await decided(async () => {
        if (loaded === undefined) throw notFound(command.name);
        checkEtag(command.etag, loaded.reservation.version);
        return await decide(loaded);
      });
      if (claim === undefined) {
        if (decision instanceof Refusal) throw decision;
        return fresh(decision.change.next);
      }
      const eventId = ports.newId();
      const result = await write(ports, claim, loaded, decision, eventId);
      if (result.outcome === "REPLAY") return replay<Reservation>(ports, call, claim, result.stored);
      if (result.outcome === "REFUSED") throw restored(result.refusal);
      if (result.outcome === "DONE" && !(decision instanceof Refusal)) {
        await told(ports, decision.change, eventId);
        const { next } = decision.change;
        if (decision.saga === undefined) return fresh(next);
        const driven = { reservation: next, saga: decision.saga, dataKey: loaded?.dataKey };
        if (decision.pending === true) return await driveInline(ports, driven, call);
        driveLater(ports, driven);
        return fresh(next);
      }
    }
    throw overtaken("The reservation");
  });
}

function write(
  ports: Ports,
  claim: Claim,
  loaded: Loaded | undefined,
  decision: Decision | Refusal,
  eventId: string,
): Promise<WriteResult> {
  if (decision instanceof Refusal) {
    return ports.reservations.change({
      ...nothing,
      partner: claim.partner,
      claim,
      refusal: storedRefusal(decision),
      eventId,
    });
  }
  const { change, saga, pending } = decision;
  return ports.reservations.change({
    ...nothing,
    partner: claim.partner,
    claim,
    guestId: change.next.guestId,
    change,
    eventId,
    saga: saga === undefined ? undefined : { expected: loaded?.saga?.version ?? 0, saga, waitSeconds: 0 },
    answer: pending === true ? undefined : ports.encode.reservation(change.next),
  });
}

const nothing = {
  claim: undefined,
  refusal: undefined,
  guestId: undefined,
  change: undefined,
  saga: undefined,
  answer: undefined,
  answered: undefined,
} as const;

/** Lets searches know of counts that have moved. */
export async function told(ports: Ports, change: Change, eventId: string): Promise<void> {
  const { next, move } = change;
  if (move === undefined) return;
  await ports.index.invalidate(next.partner, next.property, move.from, stayEnd(next), eventId);
}

/** The reservation that a name names, if it is the partner's. */
export function loadByName(ports: Ports, partner: string, name: string): Promise<Loaded | undefined> {
  const id = idIn(name);
  return isUuid(id) ? ports.reservations.load(partner, propertyIn(name), id) : Promise.resolve(undefined);
}
