import { type CallContext, mayUse, Refusal } from "@staymesh/service-kit";
import type { Catalog } from "../domain/catalog.ts";
import { overtaken } from "../domain/refusals.ts";
import type { Reservation } from "../domain/reservation.ts";
import { needState } from "../domain/transitions.ts";
import { newSaga } from "./begin-saga.ts";
import { afterTwin } from "./in-flight.ts";
import { type BookingWish, checkWish, planStay } from "./plan-booking.ts";
import type { Booking, Ports } from "./ports.ts";
import { claimOf, decided, fresh, type Reply, replay, restored, storedRefusal, type WriteRequest } from "./reply.ts";
import { driveInline } from "./saga-inline.ts";
import { stayEnd } from "./stay-end.ts";

export interface CreateReservationCommand extends WriteRequest, BookingWish {
  readonly paymentMethodToken: string | undefined;
  readonly confirm: boolean;
}

const TRIES_MAX = 20;

/** Holds rooms, or books them in one call. */
export function createReservation(
  ports: Ports,
  command: CreateReservationCommand,
  call: CallContext,
): Promise<Reply<Reservation>> {
  checkWish(command);
  const { partner } = call.principal;
  const { property } = command;
  const claim = claimOf(call, property, command);
  return afterTwin(claim, call, async () => {
    const make = bookingMaker(ports, command, call);
    let catalog = await ports.catalogs.get(partner, property);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const booking = await decided(() => make(catalog));
      const refused = booking instanceof Refusal;
      if (refused && claim === undefined) throw booking;
      const result = await ports.reservations.hold({
        partner,
        property,
        catalogVersion: catalog?.version ?? 0n,
        claim,
        refusal: refused ? storedRefusal(booking) : undefined,
        booking: refused ? undefined : booking,
        dryRun: claim === undefined,
      });
      if (result.outcome === "STALE") {
        ports.catalogs.forget(partner, property);
        catalog = await ports.catalogs.get(partner, property);
        continue;
      }
      if (result.outcome === "REFUSED") throw restored(result.refusal);
      if (result.outcome === "REPLAY" && claim !== undefined) {
        return replay<Reservation>(ports, call, claim, result.stored);
      }
      if (refused) throw booking;
      return await booked(ports, booking, claim !== undefined, call);
    }
    throw overtaken("The catalogue");
  });
}

async function booked(ports: Ports, booking: Booking, real: boolean, call: CallContext): Promise<Reply<Reservation>> {
  const { reservation, saga, eventId, guest } = booking;
  if (!real) return fresh(saga === undefined ? reservation : asConfirmed(reservation, call.now));
  await ports.index.invalidate(
    reservation.partner,
    reservation.property,
    reservation.checkIn,
    stayEnd(reservation),
    eventId,
  );
  if (saga === undefined) return fresh(reservation);
  return driveInline(ports, { reservation, saga, dataKey: guest.dataKey }, call);
}

/** What the real call would answer if the card is good. */
const asConfirmed = (reservation: Reservation, now: Date): Reservation => {
  needState(reservation, "HELD");
  return {
    ...reservation,
    state: "CONFIRMED",
    paymentState: "AUTHORIZED",
    confirmTime: now,
    holdExpireTime: undefined,
  };
};

function bookingMaker(
  ports: Ports,
  command: CreateReservationCommand,
  call: CallContext,
): (catalog: Catalog | undefined) => Booking {
  const id = ports.newId();
  const guestId = ports.newId();
  const eventId = ports.newId();
  const guest = ports.vault.sealGuest(command.booker);
  return (catalog) => {
    const stay = planStay(ports, command, catalog, call);
    const payment = paymentOf(command, stay.total, call);
    const held = payment !== "NONE";
    const reservation: Reservation = {
      ...stay,
      id,
      partner: call.principal.partner,
      property: command.property,
      state: held ? "HELD" : "CONFIRMED",
      version: 1,
      eventSequence: 1,
      guestId,
      booker: command.booker,
      externalReference: command.externalReference,
      holdExpireTime: held ? new Date(call.now.getTime() + command.holdSeconds * 1000) : undefined,
      // The store takes the moment from its own clock; what changes the hold later writes this one back.
      holdLapsesAt: held ? new Date(ports.clock().getTime() + command.holdSeconds * 1000) : undefined,
      payment: "",
      paymentState: payment === "NOW" ? "PROCESSING" : held ? "NONE" : "NOT_REQUIRED",
      paymentOpen: payment === "NOW",
      nextActionUrl: "",
      penalty: undefined,
      givenBackFrom: undefined,
      createTime: call.now,
      updateTime: call.now,
      confirmTime: held ? undefined : call.now,
      cancelTime: undefined,
      checkInTime: undefined,
      checkOutTime: undefined,
    };
    const saga =
      payment === "NOW" && command.paymentMethodToken !== undefined
        ? newSaga(ports, reservation, guest.dataKey, command.paymentMethodToken, "RELEASE", call, command.requestId)
        : undefined;
    return {
      reservation,
      holdSeconds: command.holdSeconds,
      guest,
      eventId,
      event: held ? "reservation.held" : "reservation.confirmed",
      answer: saga === undefined ? ports.encode.reservation(reservation) : undefined,
      saga,
    };
  };
}

/** Whether a booking is paid now, later, or not at all. */
function paymentOf(command: CreateReservationCommand, total: bigint, call: CallContext): "NOW" | "LATER" | "NONE" {
  if (command.paymentMethodToken === undefined && !command.confirm) return "LATER";
  if (total === 0n) return "NONE";
  if (command.paymentMethodToken !== undefined) return "NOW";
  needPayAtProperty(call);
  return "NONE";
}

/** Refuses to confirm unpaid what has to be paid. */
export function needPayAtProperty(call: CallContext): void {
  if (mayUse(call.principal, "reservations.payAtProperty")) return;
  throw new Refusal("PAYMENT_REQUIRED", "There is something to pay and no payment was given.");
}
