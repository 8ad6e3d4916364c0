import type { Policy } from "./cancellation.ts";
import type { CaptureTiming } from "./catalog.ts";
import type { Day } from "./day.ts";
import type { TaxOrFee } from "./pricing.ts";

export type ReservationState =
  | "HELD"
  | "CONFIRMED"
  | "CHECKED_IN"
  | "CHECKED_OUT"
  | "CANCELLED"
  | "NO_SHOW"
  | "EXPIRED"
  | "RELEASED";

export type PaymentState =
  | "NONE"
  | "NOT_REQUIRED"
  | "PROCESSING"
  | "REQUIRES_ACTION"
  | "AUTHORIZED"
  | "CAPTURED"
  | "DECLINED"
  | "VOIDED"
  | "REFUNDED";

/** Who books: the one part of a reservation that is about a person. */
export interface Guest {
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string;
  readonly languageCode: string;
}

export interface ReservedRoom {
  readonly roomType: string;
  readonly ratePlan: string | undefined;
  readonly adults: number;
  readonly children: number;
  readonly agreedNightlyPrice: bigint | undefined;
  /** One for each night, in their order. */
  readonly nightlyPrices: readonly bigint[];
}

export interface Reservation {
  readonly id: string;
  readonly partner: string;
  readonly property: string;
  readonly state: ReservationState;
  readonly version: number;
  readonly eventSequence: number;
  readonly checkIn: Day;
  readonly checkOut: Day;
  readonly rooms: readonly ReservedRoom[];
  readonly currencyCode: string;
  readonly total: bigint;
  readonly roomTotal: bigint;
  readonly taxes: readonly TaxOrFee[];
  readonly policy: Policy | undefined;
  readonly captureTiming: CaptureTiming;
  readonly guestId: string;
  /** Absent where the guest's data was erased, and wherever it is not needed. */
  readonly booker: Guest | undefined;
  readonly externalReference: string;
  /** When the hold lapses by the caller's time. */
  readonly holdExpireTime: Date | undefined;
  /** When it lapses by the wall clock, as the store set it. */
  readonly holdLapsesAt: Date | undefined;
  readonly payment: string;
  readonly paymentState: PaymentState;
  /** True while a payment is under way: such a hold does not lapse. */
  readonly paymentOpen: boolean;
  readonly nextActionUrl: string;
  readonly penalty: bigint | undefined;
  /** From which night on the rooms of an early departure were given back. */
  readonly givenBackFrom: Day | undefined;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly confirmTime: Date | undefined;
  readonly cancelTime: Date | undefined;
  readonly checkInTime: Date | undefined;
  readonly checkOutTime: Date | undefined;
}

export type Cause = "HOLD" | "CONFIRM" | "RELEASE" | "EXPIRE" | "CANCEL" | "NO_SHOW";

/** How the counts of the nights from a day on move, for each room. */
export interface Move {
  readonly from: Day;
  readonly sold: -1 | 0 | 1;
  readonly held: -1 | 0 | 1;
  readonly cause: Cause;
}

/** What a step does to a reservation: the reservation after it, and what else has to be written with it. */
export interface Change {
  readonly next: Reservation;
  readonly event: string | undefined;
  readonly move: Move | undefined;
  /** Where the hold is renewed: for how long from the moment of writing. */
  readonly holdSeconds: number | undefined;
}

/** The distinct room types in the order in which their rows are locked, and how many rooms of each. */
export const roomCounts = (rooms: readonly ReservedRoom[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { roomType } of rooms.toSorted((a, b) => (a.roomType < b.roomType ? -1 : 1))) {
    counts.set(roomType, (counts.get(roomType) ?? 0) + 1);
  }
  return counts;
};
