import { RatePlan_CaptureTiming } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import {
  type Guest as GuestMessage,
  Reservation_PaymentState,
  Reservation_State,
  Reservation as ReservationMessage,
  type ReservedRoom as ReservedRoomMessage,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { NightlyPrice, TaxOrFee as TaxOrFeeMessage } from "@staymesh/proto/staymesh/reservation/v1/stay";
import type { Reply } from "../app/reply.ts";
import { addDays, type Day } from "../domain/day.ts";
import { ratePlanName, reservationName, roomTypeName } from "../domain/names.ts";
import type { TaxOrFee } from "../domain/pricing.ts";
import type { Guest, PaymentState, Reservation, ReservedRoom } from "../domain/reservation.ts";
import { policyMessage } from "./catalog-wire.ts";
import { money, optionalMoney, optionalTimestamp, timestamp } from "./wire.ts";

export const reservationMessage = (reservation: Reservation): ReservationMessage => {
  const { property, currencyCode, checkIn } = reservation;
  return {
    name: reservationName(property, reservation.id),
    state: Reservation_State[reservation.state],
    quoteToken: "",
    checkInDate: checkIn,
    checkOutDate: reservation.checkOut,
    rooms: reservation.rooms.map((room, index) => roomMessage(property, room, index, checkIn, currencyCode)),
    booker: guestMessage(reservation.booker),
    externalReference: reservation.externalReference,
    total: money(currencyCode, reservation.total),
    roomTotal: money(currencyCode, reservation.roomTotal),
    taxesAndFees: reservation.taxes.map((tax) => taxMessage(tax, currencyCode)),
    cancellationPolicy: policyMessage(reservation.policy),
    captureTiming: RatePlan_CaptureTiming[reservation.captureTiming],
    holdExpireTime: optionalTimestamp(reservation.holdExpireTime),
    payment: reservation.payment,
    paymentState: paymentState(reservation.paymentState),
    nextActionUrl: reservation.nextActionUrl,
    penalty: optionalMoney(currencyCode, reservation.penalty),
    createTime: timestamp(reservation.createTime),
    updateTime: timestamp(reservation.updateTime),
    confirmTime: optionalTimestamp(reservation.confirmTime),
    cancelTime: optionalTimestamp(reservation.cancelTime),
    checkInTime: optionalTimestamp(reservation.checkInTime),
    checkOutTime: optionalTimestamp(reservation.checkOutTime),
    etag: String(reservation.version),
  };
};

/** A reservation as it is stored for a repeated request: the guest's own data stays with the guest. */
export const storedReservation = (reservation: Reservation): Uint8Array =>
  ReservationMessage.encode(reservationMessage({ ...reservation, booker: undefined })).finish();

/** The message of a reply, byte for byte the same whether it is made or repeated. */
export const reservationAnswer = (reply: Reply<Reservation>): ReservationMessage =>
  reply.kind === "fresh"
    ? reservationMessage(reply.value)
    : { ...ReservationMessage.decode(reply.answer), booker: guestMessage(reply.booker) };

const guestMessage = (guest: Guest | undefined): GuestMessage | undefined =>
  guest === undefined
    ? undefined
    : {
        givenName: guest.givenName,
        familyName: guest.familyName,
        email: guest.email,
        phone: guest.phone,
        languageCode: guest.languageCode,
      };

const paymentState = (state: PaymentState): Reservation_PaymentState =>
  state === "NONE" ? Reservation_PaymentState.PAYMENT_STATE_UNSPECIFIED : Reservation_PaymentState[state];

const roomMessage = (
  property: string,
  room: ReservedRoom,
  index: number,
  checkIn: Day,
  currencyCode: string,
): ReservedRoomMessage => ({
  roomType: roomTypeName(property, room.roomType),
  ratePlan: room.ratePlan === undefined ? "" : ratePlanName(property, room.ratePlan),
  adults: room.adults,
  children: room.children,
  agreedNightlyPrice: optionalMoney(currencyCode, room.agreedNightlyPrice),
  nightlyPrices: nightlyPrices(room, index, checkIn, currencyCode),
});

export const nightlyPrices = (
  room: ReservedRoom,
  roomIndex: number,
  checkIn: Day,
  currencyCode: string,
): readonly NightlyPrice[] =>
  room.nightlyPrices.map((price, night) => ({
    date: addDays(checkIn, night),
    roomIndex,
    price: money(currencyCode, price),
  }));

export const taxMessage = (tax: TaxOrFee, currencyCode: string): TaxOrFeeMessage => ({
  code: tax.code,
  displayName: tax.displayName,
  amount: money(currencyCode, tax.amount),
  included: tax.included,
});
