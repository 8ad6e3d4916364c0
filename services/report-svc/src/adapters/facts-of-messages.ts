import type { Timestamp } from "@staymesh/proto/google/protobuf/timestamp";
import { type Payment, Payment_State } from "@staymesh/proto/staymesh/payment/v1/payment";
import {
  type Property,
  type RatePlan,
  RatePlan_CaptureTiming,
  RatePlan_MealPlan,
  type RoomType,
} from "@staymesh/proto/staymesh/reservation/v1/catalog";
import {
  type ExportStaysResponse,
  type Reservation,
  Reservation_PaymentState,
  Reservation_State,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { Money as MoneyMessage } from "@staymesh/proto/staymesh/type/v1/money";
import type { BookedRoom, Booking, BookingState, MealPlan, PaymentFacts } from "../domain/booking.ts";
import type { Money } from "../domain/money.ts";
import type { ExportItem, StayOutcome } from "../domain/month-figures.ts";
import type { Performance } from "../domain/performance.ts";

/** The messages that a booking is put together from. */
export interface BookingMessages {
  readonly reservation: Reservation;
  readonly property: Property;
  readonly payment: PaymentFacts | undefined;
  readonly roomTypes: readonly RoomType[];
  readonly ratePlans: readonly RatePlan[];
}

/** Puts a booking together. */
export function bookingOf({ reservation, property, payment, roomTypes, ratePlans }: BookingMessages): Booking {
  const typeNames = new Map(roomTypes.map(({ name, displayName }) => [name, displayName]));
  const plans = new Map(ratePlans.map((plan) => [plan.name, plan]));
  const currency = property.currencyCode;
  const rooms = reservation.rooms.map((room): BookedRoom => {
    const plan = plans.get(room.ratePlan);
    return {
      roomType: typeNames.get(room.roomType) ?? room.roomType,
      ratePlan: plan?.displayName,
      mealPlan: mealPlanOf(plan?.mealPlan),
      adults: room.adults,
      children: room.children,
      nights: room.nightlyPrices
        .map(({ date, price }) => ({ date, price: moneyOf(price, currency) }))
        .toSorted((left, right) => left.date.localeCompare(right.date)),
    };
  });
  const created = instantOf(reservation.createTime) ?? new Date(0);
  return {
    reservation: reservation.name,
    state: bookingStateOf(reservation.state),
    property: {
      displayName: property.displayName,
      addressLines: property.addressLines,
      email: property.contactEmail,
      phone: property.contactPhone,
      timeZone: property.timeZone,
      checkInTime: property.checkInTime === "" ? "15:00" : property.checkInTime,
      checkOutTime: property.checkOutTime === "" ? "11:00" : property.checkOutTime,
    },
    guest: { givenName: reservation.booker?.givenName ?? "", familyName: reservation.booker?.familyName ?? "" },
    externalReference: reservation.externalReference,
    checkInDate: reservation.checkInDate,
    checkOutDate: reservation.checkOutDate,
    rooms,
    roomTotal: moneyOf(reservation.roomTotal, currency),
    taxesAndFees: reservation.taxesAndFees.map(({ displayName, amount, included }) => ({
      displayName,
      amount: moneyOf(amount, currency),
      included,
    })),
    total: moneyOf(reservation.total, currency),
    payment: payment ?? withoutPayment(reservation),
    captureTiming: reservation.captureTiming === RatePlan_CaptureTiming.AT_CHECK_IN ? "AT_CHECK_IN" : "AT_CONFIRM",
    cancellationTiers: reservation.cancellationPolicy?.tiers ?? [],
    penalty: reservation.penalty === undefined ? undefined : moneyOf(reservation.penalty, currency),
    holdExpireTime: instantOf(reservation.holdExpireTime),
    bookedTime: instantOf(reservation.confirmTime) ?? created,
    updateTime: instantOf(reservation.updateTime) ?? created,
  };
}

/** What a payment says about the money. */
export function paymentFactsOf(payment: Payment): PaymentFacts {
  const currency = payment.amount?.currencyCode ?? "";
  switch (payment.state) {
    case Payment_State.PROCESSING:
    case Payment_State.REQUIRES_ACTION:
      return { status: "OPEN" };
    case Payment_State.AUTHORIZED:
      return { status: "AUTHORIZED", amount: moneyOf(payment.authorized ?? payment.amount, currency) };
    case Payment_State.CAPTURED:
    case Payment_State.REFUNDED:
      return {
        status: "CAPTURED",
        amount: moneyOf(payment.captured, currency),
        refunded: moneyOf(payment.refunded, currency),
      };
    default:
      return { status: "NOT_TAKEN" };
  }
}

/** What a month's report says of its property. */
export function propertyFactsOf({ name, displayName, timeZone, currencyCode }: Property): Performance["property"] {
  return { name, displayName, timeZone, currencyCode };
}

/** One item of the export; undefined for one of a kind that is not known yet. */
export function exportItemOf(item: ExportStaysResponse["item"]): ExportItem | undefined {
  if (item?.$case === "night") return { kind: "night", date: item.value.date, capacity: item.value.capacity };
  if (item?.$case !== "stay") return undefined;
  const { state, checkInDate, nights } = item.value;
  return {
    kind: "stay",
    stay: {
      outcome: outcomeOf(state),
      checkInDate,
      nights: nights.map(({ date, rooms, revenue }) => ({ date, rooms, revenueMinor: revenue?.minorUnits ?? 0n })),
    },
  };
}

function outcomeOf(state: Reservation_State): StayOutcome {
  switch (state) {
    case Reservation_State.CHECKED_IN:
    case Reservation_State.CHECKED_OUT:
      return "TOOK_PLACE";
    case Reservation_State.CANCELLED:
      return "CANCELLED";
    case Reservation_State.NO_SHOW:
      return "NO_SHOW";
    default:
      return "EXPECTED";
  }
}

function withoutPayment({ paymentState }: Reservation): PaymentFacts {
  switch (paymentState) {
    case Reservation_PaymentState.NOT_REQUIRED:
      return { status: "NOT_REQUIRED" };
    case Reservation_PaymentState.PROCESSING:
    case Reservation_PaymentState.REQUIRES_ACTION:
      return { status: "OPEN" };
    default:
      return { status: "NOT_TAKEN" };
  }
}

function bookingStateOf(state: Reservation_State): BookingState {
  switch (state) {
    case Reservation_State.CONFIRMED:
      return "CONFIRMED";
    case Reservation_State.CHECKED_IN:
      return "CHECKED_IN";
    case Reservation_State.CHECKED_OUT:
      return "CHECKED_OUT";
    case Reservation_State.CANCELLED:
      return "CANCELLED";
    case Reservation_State.NO_SHOW:
      return "NO_SHOW";
    case Reservation_State.EXPIRED:
      return "EXPIRED";
    case Reservation_State.RELEASED:
      return "RELEASED";
    default:
      // A state of a newer contract: whatever it is, it is no confirmation.
      return "HELD";
  }
}

function mealPlanOf(plan: RatePlan_MealPlan | undefined): MealPlan {
  switch (plan) {
    case RatePlan_MealPlan.BREAKFAST:
      return "BREAKFAST";
    case RatePlan_MealPlan.HALF_BOARD:
      return "HALF_BOARD";
    case RatePlan_MealPlan.FULL_BOARD:
      return "FULL_BOARD";
    case RatePlan_MealPlan.ALL_INCLUSIVE:
      return "ALL_INCLUSIVE";
    default:
      return "ROOM_ONLY";
  }
}

function moneyOf(message: MoneyMessage | undefined, currency: string): Money {
  return message === undefined ? { currencyCode: currency, minorUnits: 0n } : { ...message };
}

function instantOf(time: Timestamp | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(Number(time.seconds) * 1000 + Math.floor(time.nanos / 1e6));
}
