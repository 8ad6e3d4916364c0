/** The part of the public API that a replay needs, whatever carries it. A refusal is thrown as the kit's Refusal. */
export interface HotelApi {
  createProperty(property: NewProperty, requestId: string): Promise<void>;
  createRoomType(roomType: NewRoomType, requestId: string): Promise<void>;
  createRatePlan(ratePlan: NewRatePlan, requestId: string): Promise<void>;
  setCapacities(property: string, updates: readonly CapacityUpdate[], requestId: string): Promise<void>;
  book(booking: NewBooking, requestId: string, stated: Date): Promise<BookingState>;
  readReservation(name: string): Promise<BookingState>;
  act(action: Action, name: string, requestId: string, stated: Date): Promise<void>;
  /** Answers with the operation's name. */
  orderMonthlyPerformance(property: string, month: string, requestId: string): Promise<string>;
  readOperation(name: string): Promise<OperationState>;
  /** Answers with the document's text. */
  downloadReport(name: string): Promise<string>;
  close(): void;
}

export type Action = "cancel" | "checkIn" | "checkOut" | "markNoShow";

export interface NewProperty {
  readonly id: string;
  readonly displayName: string;
  readonly timeZone: string;
  readonly currencyCode: string;
  readonly location: { readonly latitude: number; readonly longitude: number };
}

export interface NewRoomType {
  /** "properties/…", as everywhere below. */
  readonly property: string;
  readonly id: string;
  readonly displayName: string;
  readonly maxAdults: number;
  readonly maxGuests: number;
}

export interface NewRatePlan {
  readonly property: string;
  readonly id: string;
  readonly displayName: string;
}

export interface CapacityUpdate {
  readonly roomType: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly capacity: number;
}

export interface NewBooking {
  readonly property: string;
  readonly roomType: string;
  readonly ratePlan: string;
  readonly checkInDate: string;
  readonly checkOutDate: string;
  readonly adults: number;
  readonly children: number;
  readonly currencyCode: string;
  readonly agreedNightlyPrice: bigint;
  readonly externalReference: string;
  readonly guest: { readonly givenName: string; readonly familyName: string };
  /** Absent where there is nothing to pay; the reservation is confirmed in the same call either way. */
  readonly paymentMethodToken?: string;
}

/** A booking is confirmed, or waits for the bank, or came to something else. */
export interface BookingState {
  readonly name: string;
  readonly state: "CONFIRMED" | "PROCESSING" | "OTHER";
  /** The API's own words, for an error. */
  readonly told: string;
}

export type OperationState =
  | { readonly status: "RUNNING" }
  | { readonly status: "DONE"; readonly report: string }
  | { readonly status: "FAILED"; readonly message: string };

/** The reason of a call that got no answer of the API at all. */
export const noAnswer = "NO_ANSWER";
