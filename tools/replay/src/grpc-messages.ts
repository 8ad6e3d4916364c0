import type { Operation } from "@staymesh/proto/google/longrunning/operations";
import { Report, Report_Format } from "@staymesh/proto/staymesh/report/v1/report";
import {
  CreateReservationRequest,
  type Reservation,
  Reservation_PaymentState,
  Reservation_State,
} from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { BookingState, NewBooking, OperationState } from "./api.ts";

export function bookingRequest(booking: NewBooking, requestId: string): CreateReservationRequest {
  const { roomType, ratePlan, adults, children, currencyCode, agreedNightlyPrice, paymentMethodToken } = booking;
  const price = { currencyCode, minorUnits: agreedNightlyPrice };
  return CreateReservationRequest.fromPartial({
    parent: booking.property,
    reservation: {
      checkInDate: booking.checkInDate,
      checkOutDate: booking.checkOutDate,
      rooms: [{ roomType, ratePlan, adults, children, agreedNightlyPrice: price }],
      booker: booking.guest,
      externalReference: booking.externalReference,
    },
    ...(paymentMethodToken === undefined ? { confirm: true } : { payment: { paymentMethodToken } }),
    requestId,
  });
}

export function bookingState({ name, state, paymentState }: Reservation): BookingState {
  const waits = state === Reservation_State.HELD && paymentState === Reservation_PaymentState.PROCESSING;
  const short = state === Reservation_State.CONFIRMED ? "CONFIRMED" : waits ? "PROCESSING" : "OTHER";
  return { name, state: short, told: `state ${state}, payment state ${paymentState}` };
}

export function monthlyReport(property: string, month: string): Report {
  const kind = { $case: "monthlyPerformance", value: { property, month } } as const;
  return Report.fromPartial({ kind, format: Report_Format.CSV });
}

export function operationState({ done, result }: Operation): OperationState {
  if (!done || result === undefined) return { status: "RUNNING" };
  if (result.$case === "error") return { status: "FAILED", message: result.value.message };
  return { status: "DONE", report: Report.decode(result.value.value).name };
}
