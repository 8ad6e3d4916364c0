import type { Duration } from "@staymesh/proto/google/protobuf/duration";
import {
  type CreateReservationRequest,
  type ExportStaysResponse,
  type Guest,
  Reservation_State,
  type ReservationEvent,
  type ReservationServiceService,
  type ReservedRoom,
  Saga_State,
  type WatchReservationsResponse,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { Handlers } from "@staymesh/service-kit";
import { cancelReservation } from "../app/cancel-reservation.ts";
import { checkIn } from "../app/check-in.ts";
import { checkOut } from "../app/check-out.ts";
import { confirmReservation } from "../app/confirm-reservation.ts";
import { type CreateReservationCommand, createReservation } from "../app/create-reservation.ts";
import { type ExportedItem, exportStays } from "../app/export-stays.ts";
import { extendHold } from "../app/extend-hold.ts";
import { getReservation } from "../app/get-reservation.ts";
import { getSaga } from "../app/get-saga.ts";
import { listReservations } from "../app/list-reservations.ts";
import { markNoShow } from "../app/mark-no-show.ts";
import type { FeedEvent, Ports } from "../app/ports.ts";
import { releaseReservation } from "../app/release-reservation.ts";
import { type Watched, watchReservations } from "../app/watch-reservations.ts";
import { idIn, propertyIn, reservationName } from "../domain/names.ts";
import { invalid } from "../domain/refusals.ts";
import { needResource } from "./need-resource.ts";
import { reservationAnswer, reservationMessage } from "./reservation-wire.ts";
import { money, moneyOf, optionalTimestamp, timestamp } from "./wire.ts";

const HOLD_SECONDS_STANDARD = 900;

/** Reservations over gRPC. */
export const reservationService = (ports: Ports): Handlers<typeof ReservationServiceService> => ({
  createReservation: async (request, call) =>
    reservationAnswer(await createReservation(ports, createCommand(request), call)),
  getReservation: async ({ name }, call) => reservationMessage(await getReservation(ports, name, call)),
  listReservations: async ({ parent, filter, pageSize, pageToken }, call) => {
    const command = { property: propertyIn(parent), filter, pageSize, pageToken };
    const page = await listReservations(ports, command, call);
    return { reservations: page.reservations.map(reservationMessage), nextPageToken: page.nextPageToken };
  },
  confirmReservation: async ({ payment, ...request }, call) => {
    const command = { ...request, paymentMethodToken: payment?.paymentMethodToken };
    return reservationAnswer(await confirmReservation(ports, command, call));
  },
  releaseReservation: async (request, call) => reservationAnswer(await releaseReservation(ports, request, call)),
  extendHold: async ({ holdDuration, ...request }, call) =>
    reservationAnswer(await extendHold(ports, { ...request, holdSeconds: secondsOf(holdDuration) }, call)),
  cancelReservation: async ({ maxPenalty, ...request }, call) =>
    reservationAnswer(await cancelReservation(ports, { ...request, maxPenalty: moneyOf(maxPenalty) }, call)),
  checkIn: async (request, call) => reservationAnswer(await checkIn(ports, request, call)),
  checkOut: async (request, call) => reservationAnswer(await checkOut(ports, request, call)),
  markNoShow: async (request, call) => reservationAnswer(await markNoShow(ports, request, call)),
  getSaga: async ({ name }, call) => {
    const saga = await getSaga(ports, name, call);
    return {
      name: saga.name,
      state: Saga_State[saga.state],
      dueStep: saga.dueStep,
      attempts: saga.attempts,
      nextRunTime: optionalTimestamp(saga.nextRunTime),
      steps: saga.steps.map(({ step, outcome, time }) => ({ step, outcome, time: timestamp(time) })),
    };
  },
  watchReservations: ({ parent, resumeToken }, call) =>
    each(watchReservations(ports, propertyIn(parent), resumeToken, call), watchedMessage),
  exportStays: ({ parent, startDate, endDate }, call) => {
    const property = propertyIn(parent);
    return each(exportStays(ports, { property, startDate, endDate }, call), (item) => exportedMessage(property, item));
  },
});

async function* each<T, M>(items: AsyncIterable<T>, toMessage: (item: T) => M): AsyncGenerator<M> {
  for await (const item of items) yield toMessage(item);
}

function createCommand(request: CreateReservationRequest): CreateReservationCommand {
  const property = propertyIn(request.parent);
  const reservation = needResource(request.reservation, "reservation");
  return {
    requestId: request.requestId,
    validateOnly: request.validateOnly,
    property,
    quoteToken: reservation.quoteToken,
    checkIn: reservation.checkInDate,
    checkOut: reservation.checkOutDate,
    rooms: reservation.rooms.map((room, index) => roomWish(property, room, index)),
    booker: bookerOf(reservation.booker),
    externalReference: reservation.externalReference,
    holdSeconds: secondsOf(request.holdDuration),
    paymentMethodToken: request.payment?.paymentMethodToken,
    confirm: request.confirm,
  };
}

function bookerOf(booker: Guest | undefined) {
  if (booker === undefined) throw invalid("reservation.booker", "Who books is missing.", "required");
  const { givenName, familyName, email, phone, languageCode } = booker;
  return { givenName, familyName, email, phone, languageCode };
}

function roomWish(property: string, room: ReservedRoom, index: number) {
  for (const name of [room.roomType, room.ratePlan]) {
    if (name !== "" && propertyIn(name) !== property) {
      throw invalid(`reservation.rooms[${index}]`, "Its room type and rate plan have to be of the request's property.");
    }
  }
  return {
    roomType: idIn(room.roomType),
    ratePlan: room.ratePlan === "" ? undefined : idIn(room.ratePlan),
    adults: room.adults,
    children: room.children,
    agreedNightlyPrice: moneyOf(room.agreedNightlyPrice),
  };
}

const secondsOf = (duration: Duration | undefined): number =>
  duration === undefined ? HOLD_SECONDS_STANDARD : Number(duration.seconds) + duration.nanos / 1e9;

const watchedMessage = ({ resumeToken, event }: Watched): WatchReservationsResponse => ({
  resumeToken,
  event: event === undefined ? undefined : eventMessage(event),
});

const eventMessage = (event: FeedEvent): ReservationEvent => ({
  eventId: event.eventId,
  type: event.type,
  reservation: event.reservationId === undefined ? "" : reservationName(event.property, event.reservationId),
  state: event.state === undefined ? Reservation_State.STATE_UNSPECIFIED : Reservation_State[event.state],
  sequence: BigInt(event.sequence),
  eventTime: timestamp(event.eventTime),
  externalReference: event.externalReference,
});

const exportedMessage = (property: string, item: ExportedItem): ExportStaysResponse => {
  if (item.kind === "NIGHT") {
    const { date, capacity, sold } = item;
    return { item: { $case: "night", value: { date, capacity, sold } } };
  }
  const { stay, nights } = item;
  return {
    item: {
      $case: "stay",
      value: {
        reservation: reservationName(property, stay.id),
        state: Reservation_State[stay.state],
        checkInDate: stay.checkIn,
        checkOutDate: stay.checkOut,
        rooms: stay.rooms,
        nights: nights.map(({ date, rooms, revenue }) => ({
          date,
          rooms,
          revenue: money(stay.currencyCode, revenue),
        })),
      },
    },
  };
};
