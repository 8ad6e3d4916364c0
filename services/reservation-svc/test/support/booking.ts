import {
  type Reservation,
  Reservation_PaymentState,
  Reservation_State,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { eventually } from "./eventually.ts";
import { type Hotel, stay, write } from "./hotel.ts";
import type { World } from "./world.ts";

export const stateOf = ({ state }: Reservation): string | undefined => nameIn(Reservation_State, state);
export const paymentStateOf = ({ paymentState }: Reservation): string | undefined =>
  nameIn(Reservation_PaymentState, paymentState);

const nameIn = (values: Readonly<Record<string, number>>, value: number) =>
  Object.keys(values).find((name) => values[name] === value);

/** What a test does with a booking, in few words. */
export const bookings = (world: World) => {
  const named = (reservation: Reservation) => ({ ...write(), name: reservation.name, etag: "" });
  const pay = (token: string | undefined) => (token === undefined ? undefined : { paymentMethodToken: token });
  return {
    hold: (hotel: Hotel, checkIn = "2027-03-05", checkOut = "2027-03-07") =>
      world.reservations.createReservation(stay(hotel, checkIn, checkOut), world.as()),
    book: (hotel: Hotel, token: string, checkIn = "2027-03-05", checkOut = "2027-03-07") =>
      world.reservations.createReservation(
        stay(hotel, checkIn, checkOut, { payment: { paymentMethodToken: token } }),
        world.as(),
      ),
    confirm: (held: Reservation, token: string | undefined = "tok_visa", now?: string) =>
      world.reservations.confirmReservation({ ...named(held), payment: pay(token) }, world.as({}, now)),
    release: (held: Reservation) => world.reservations.releaseReservation(named(held), world.as()),
    cancel: (booked: Reservation, now?: string) =>
      world.reservations.cancelReservation({ ...named(booked), maxPenalty: undefined }, world.as({}, now)),
    checkIn: (booked: Reservation, now: string) => world.reservations.checkIn(named(booked), world.as({}, now)),
    checkOut: (booked: Reservation, now: string) => world.reservations.checkOut(named(booked), world.as({}, now)),
    noShow: (booked: Reservation, now: string) => world.reservations.markNoShow(named(booked), world.as({}, now)),
    get: ({ name }: Reservation) => world.reservations.getReservation({ name }, world.as()),
    saga: ({ name }: Reservation) => world.reservations.getSaga({ name: `${name}/saga` }, world.as()),
    /** The reservation once it has come to the given state of its payment. */
    until: (reservation: Reservation, paymentState: string, withinMs?: number) =>
      eventually(
        () => world.reservations.getReservation({ name: reservation.name }, world.as()),
        (latest) => paymentStateOf(latest) === paymentState,
        withinMs,
      ),
    /** How many rooms of a type are sold and held on a night. */
    counts: async (hotel: Hotel, date = "2027-03-05", id = "a") => {
      const { days } = await world.inventory.getCalendar(
        {
          parent: hotel.name,
          startDate: date,
          endDate: `${date.slice(0, 8)}${String(Number(date.slice(8)) + 1).padStart(2, "0")}`,
          roomTypes: [hotel.roomType(id)],
          pageSize: 0,
          pageToken: "",
        },
        world.as(),
      );
      return { sold: days[0]?.sold, held: days[0]?.held };
    },
  };
};
