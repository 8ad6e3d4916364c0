import { Refusal } from "@staymesh/service-kit/refusal";
import { addDays, type Day, laterOf } from "./day.ts";
import type { PaymentView } from "./payment.ts";
import { dayAt } from "./property-time.ts";
import type { Change, Move, PaymentState, Reservation, ReservationState } from "./reservation.ts";

type Patch = Partial<Omit<Reservation, "id" | "partner" | "property" | "version" | "eventSequence" | "updateTime">>;

interface More {
  readonly event?: string;
  readonly move?: Move;
  readonly holdSeconds?: number;
}

const changed = (reservation: Reservation, now: Date, patch: Patch, more: More = {}): Change => ({
  next: {
    ...reservation,
    ...patch,
    version: reservation.version + 1,
    eventSequence: reservation.eventSequence + (more.event === undefined ? 0 : 1),
    updateTime: now,
  },
  event: more.event,
  move: more.move,
  holdSeconds: more.holdSeconds,
});

const noLongerHeld: Patch = { holdExpireTime: undefined, holdLapsesAt: undefined };

/** Refuses what the reservation's state does not allow. */
export const needState = (reservation: Reservation, ...states: readonly ReservationState[]): void => {
  if (states.includes(reservation.state)) return;
  const { state } = reservation;
  if (state === "EXPIRED" && states.includes("HELD")) throw holdExpired();
  throw new Refusal("INVALID_STATE", `The reservation is ${state}; this needs ${states.join(" or ")}.`, { state });
};

/** Refuses what needs a hold that is still in force by the wall clock. */
export const needHold = (reservation: Reservation, wallClock: Date): void => {
  needState(reservation, "HELD");
  const lapsed = reservation.holdLapsesAt !== undefined && reservation.holdLapsesAt <= wallClock;
  if (lapsed && !reservation.paymentOpen) throw holdExpired();
};

const holdExpired = (): Refusal => new Refusal("HOLD_EXPIRED", "The hold has lapsed and its rooms went back.");

const allNights = (reservation: Reservation): Day => reservation.checkIn;

const soldFromHeld = (reservation: Reservation): Move => ({
  from: allNights(reservation),
  sold: 1,
  held: -1,
  cause: "CONFIRM",
});

export const confirmUnpaid = (reservation: Reservation, now: Date): Change =>
  changed(
    reservation,
    now,
    { ...noLongerHeld, state: "CONFIRMED", confirmTime: now, paymentState: "NOT_REQUIRED" },
    { event: "reservation.confirmed", move: soldFromHeld(reservation) },
  );

export const confirmPaid = (reservation: Reservation, payment: PaymentView, now: Date): Change =>
  changed(
    reservation,
    now,
    { ...noLongerHeld, ...paidBy(payment), state: "CONFIRMED", confirmTime: now },
    { event: "reservation.confirmed", move: soldFromHeld(reservation) },
  );

/** A payment has been begun and nothing is known of it yet. */
export const beginPayment = (reservation: Reservation, now: Date): Change =>
  changed(reservation, now, { payment: "", paymentState: "PROCESSING", paymentOpen: true, nextActionUrl: "" });

/** The payment is as the payment service tells; the reservation itself stays as it is. Undefined where nothing is new. */
export const notePayment = (reservation: Reservation, payment: PaymentView, now: Date): Change | undefined => {
  const patch = paidBy(payment);
  const same =
    patch.payment === reservation.payment &&
    patch.paymentState === reservation.paymentState &&
    patch.paymentOpen === reservation.paymentOpen &&
    patch.nextActionUrl === reservation.nextActionUrl;
  return same ? undefined : changed(reservation, now, patch, { event: "reservation.payment_changed" });
};

/** The payment is known not to have happened, and the hold is as it was before it. */
export const paymentFailed = (reservation: Reservation, now: Date): Change =>
  changed(
    reservation,
    now,
    { payment: "", paymentState: "NONE", paymentOpen: false, nextActionUrl: "" },
    { event: "reservation.payment_changed" },
  );

const paidBy = (
  payment: PaymentView,
): Pick<Reservation, "payment" | "paymentState" | "paymentOpen" | "nextActionUrl"> => {
  const paymentState = paymentStateOf(payment);
  return {
    payment: payment.name,
    paymentState,
    paymentOpen: paymentState === "PROCESSING" || paymentState === "REQUIRES_ACTION",
    nextActionUrl: paymentState === "REQUIRES_ACTION" ? payment.nextActionUrl : "",
  };
};

export const paymentStateOf = (payment: PaymentView): PaymentState => {
  switch (payment.state) {
    case "CAPTURED":
      return payment.refunded > 0n ? "REFUNDED" : "CAPTURED";
    case "FAILED":
      return "NONE";
    default:
      return payment.state;
  }
};

const givenUp = (reservation: Reservation, cause: "RELEASE" | "EXPIRE"): Move => ({
  from: allNights(reservation),
  sold: 0,
  held: -1,
  cause,
});

export const release = (reservation: Reservation, now: Date, patch: Patch = {}): Change =>
  changed(
    reservation,
    now,
    { ...noLongerHeld, ...patch, state: "RELEASED" },
    { event: "reservation.released", move: givenUp(reservation, "RELEASE") },
  );

/** Gives the rooms back because the card said no to a booking in one call. */
export const releaseDeclined = (reservation: Reservation, payment: PaymentView | undefined, now: Date): Change =>
  release(
    reservation,
    now,
    payment === undefined
      ? { payment: "", paymentState: "NONE", paymentOpen: false, nextActionUrl: "" }
      : paidBy(payment),
  );

export const expire = (reservation: Reservation, now: Date): Change =>
  changed(
    reservation,
    now,
    { ...noLongerHeld, state: "EXPIRED" },
    { event: "reservation.expired", move: givenUp(reservation, "EXPIRE") },
  );

export const extendHold = (reservation: Reservation, seconds: number, now: Date): Change =>
  changed(
    reservation,
    now,
    { holdExpireTime: new Date(now.getTime() + seconds * 1000) },
    { event: "reservation.hold_extended", holdSeconds: seconds },
  );

export const cancel = (reservation: Reservation, penalty: bigint, now: Date): Change =>
  changed(
    reservation,
    now,
    { state: "CANCELLED", cancelTime: now, penalty },
    {
      event: "reservation.cancelled",
      move: { from: allNights(reservation), sold: -1, held: 0, cause: "CANCEL" },
    },
  );

export const noShow = (reservation: Reservation, now: Date): Change =>
  changed(
    reservation,
    now,
    { state: "NO_SHOW", penalty: reservation.total },
    {
      event: "reservation.no_show",
      move: { from: allNights(reservation), sold: -1, held: 0, cause: "NO_SHOW" },
    },
  );

export const checkIn = (reservation: Reservation, now: Date): Change =>
  changed(reservation, now, { state: "CHECKED_IN", checkInTime: now }, { event: "reservation.checked_in" });

/** An early departure gives back the nights that are left; the night of the arrival counts as used. */
export const checkOut = (reservation: Reservation, zone: string, now: Date): Change => {
  const from = laterOf(dayAt(now, zone), addDays(reservation.checkIn, 1));
  const early = from < reservation.checkOut;
  return changed(
    reservation,
    now,
    { state: "CHECKED_OUT", checkOutTime: now, givenBackFrom: early ? from : undefined },
    {
      event: "reservation.checked_out",
      ...(early ? { move: { from, sold: -1, held: 0, cause: "CANCEL" } as const } : {}),
    },
  );
};

/** Refuses what may be noted from the day of arrival on. */
export const needArrivalDay = (reservation: Reservation, zone: string, now: Date): void => {
  const today = dayAt(now, zone);
  if (today >= reservation.checkIn) return;
  throw new Refusal("TOO_EARLY", `The day of arrival is ${reservation.checkIn}; at the property it is ${today}.`, {
    checkInDate: reservation.checkIn,
    today,
  });
};
