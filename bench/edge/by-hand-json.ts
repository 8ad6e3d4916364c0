import type { Timestamp } from "@staymesh/proto/google/protobuf/timestamp";
import { RatePlan_CaptureTiming } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import type { Calendar } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import {
  type Reservation,
  Reservation_PaymentState,
  Reservation_State,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { Money } from "@staymesh/proto/staymesh/type/v1/money";

const states = Object.keys(Reservation_State);
const paymentStates = Object.keys(Reservation_PaymentState);
const captureTimings = Object.keys(RatePlan_CaptureTiming);

const money = (amount: Money | undefined) =>
  amount && { currencyCode: amount.currencyCode, minorUnits: String(amount.minorUnits) };

// Whole seconds are written without a fraction, as ProtoJSON has it.
const instant = (time: Timestamp | undefined) =>
  time && new Date(Number(time.seconds) * 1000 + time.nanos / 1e6).toISOString().replace(".000Z", "Z");

export const calendarJson = ({ days, nextPageToken }: Calendar): string =>
  JSON.stringify({
    days: days.map((day) => ({
      ...day,
      rates: day.rates.map(({ ratePlan, nightlyPrice }) => ({ ratePlan, nightlyPrice: money(nightlyPrice) })),
    })),
    nextPageToken,
  });

export const reservationJson = (reservation: Reservation): string =>
  JSON.stringify({
    ...reservation,
    state: states[reservation.state],
    rooms: reservation.rooms.map((room) => ({
      ...room,
      agreedNightlyPrice: money(room.agreedNightlyPrice),
      nightlyPrices: room.nightlyPrices.map((night) => ({ ...night, price: money(night.price) })),
    })),
    total: money(reservation.total),
    roomTotal: money(reservation.roomTotal),
    taxesAndFees: reservation.taxesAndFees.map((tax) => ({ ...tax, amount: money(tax.amount) })),
    captureTiming: captureTimings[reservation.captureTiming],
    paymentState: paymentStates[reservation.paymentState],
    penalty: money(reservation.penalty),
    holdExpireTime: instant(reservation.holdExpireTime),
    createTime: instant(reservation.createTime),
    updateTime: instant(reservation.updateTime),
    confirmTime: instant(reservation.confirmTime),
    cancelTime: instant(reservation.cancelTime),
    checkInTime: instant(reservation.checkInTime),
    checkOutTime: instant(reservation.checkOutTime),
  });
