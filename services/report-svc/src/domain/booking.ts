import type { Day } from "./calendar.ts";
import type { CancellationTier } from "./cancellation-terms.ts";
import type { Money } from "./money.ts";

export type BookingState =
  | "HELD"
  | "CONFIRMED"
  | "CHECKED_IN"
  | "CHECKED_OUT"
  | "CANCELLED"
  | "NO_SHOW"
  | "EXPIRED"
  | "RELEASED";

export type MealPlan = "ROOM_ONLY" | "BREAKFAST" | "HALF_BOARD" | "FULL_BOARD" | "ALL_INCLUSIVE";

/** Where the money of a booking is, told by the payment itself. */
export type PaymentFacts =
  | { readonly status: "NOT_REQUIRED" }
  | { readonly status: "OPEN" }
  | { readonly status: "AUTHORIZED"; readonly amount: Money }
  | { readonly status: "CAPTURED"; readonly amount: Money; readonly refunded: Money }
  | { readonly status: "NOT_TAKEN" };

export interface BookedRoom {
  readonly roomType: string;
  readonly ratePlan: string | undefined;
  readonly mealPlan: MealPlan;
  readonly adults: number;
  readonly children: number;
  readonly nights: readonly { readonly date: Day; readonly price: Money }[];
}

export interface TaxOrFee {
  readonly displayName: string;
  readonly amount: Money;
  readonly included: boolean;
}

/** Everything that a booking's document tells. */
export interface Booking {
  readonly reservation: string;
  readonly state: BookingState;
  readonly property: {
    readonly displayName: string;
    readonly addressLines: readonly string[];
    readonly email: string;
    readonly phone: string;
    readonly timeZone: string;
    readonly checkInTime: string;
    readonly checkOutTime: string;
  };
  readonly guest: { readonly givenName: string; readonly familyName: string };
  readonly externalReference: string;
  readonly checkInDate: Day;
  readonly checkOutDate: Day;
  readonly rooms: readonly BookedRoom[];
  readonly roomTotal: Money;
  readonly taxesAndFees: readonly TaxOrFee[];
  readonly total: Money;
  readonly payment: PaymentFacts;
  readonly captureTiming: "AT_CONFIRM" | "AT_CHECK_IN";
  readonly cancellationTiers: readonly CancellationTier[];
  readonly penalty: Money | undefined;
  readonly holdExpireTime: Date | undefined;
  /** When the booking was confirmed or, failing that, made. */
  readonly bookedTime: Date;
  /** When it last changed: the document's own date, so that the same facts give the same bytes. */
  readonly updateTime: Date;
}
