import { addDays, type Day } from "../domain/day.ts";
import type { Reservation } from "../domain/reservation.ts";

/** The end of what a stay may have changed for others: a month that holds the day of departure counts as well. */
export const stayEnd = (reservation: Reservation): Day => addDays(reservation.checkOut, 1);
