import { Refusal } from "@staymesh/service-kit/refusal";
import type { BookingState, HotelApi, NewBooking, OperationState } from "./api.ts";
import { type HttpAnswer, type HttpRequest, openHttp } from "./http-client.ts";
import { itemsAt, type Json, parseJson, textAt } from "./json.ts";

export interface RestOptions {
  readonly endpoint: URL;
  readonly key: string;
  readonly connections: number;
}

/** The API as web clients see it. */
export function restApi({ endpoint, key, connections }: RestOptions): HotelApi {
  const http = openHttp(endpoint, connections);
  const credentials = { authorization: `Bearer ${key}` };

  const call = async (request: HttpRequest): Promise<string> => {
    const answer = await http.send({ ...request, headers: { ...credentials, ...request.headers } });
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer);
    return answer.body;
  };
  const get = async (path: string) => parseJson(await call({ method: "GET", path, headers: {} }));
  const post = async (path: string, body: Json, requestId: string, stated?: Date) => {
    const now = stated === undefined ? {} : { "staymesh-now": stated.toISOString() };
    const headers = { "content-type": "application/json", "idempotency-key": requestId, ...now };
    return parseJson(await call({ method: "POST", path, headers, body: JSON.stringify(body) }));
  };

  return {
    createProperty: async ({ id, ...property }, requestId) => {
      await post(`/v1/properties?propertyId=${id}`, property, requestId);
    },
    createRoomType: async ({ property, id, ...roomType }, requestId) => {
      await post(`/v1/${property}/roomTypes?roomTypeId=${id}`, roomType, requestId);
    },
    createRatePlan: async ({ property, id, ...ratePlan }, requestId) => {
      await post(`/v1/${property}/ratePlans?ratePlanId=${id}`, ratePlan, requestId);
    },
    setCapacities: async (property, updates, requestId) => {
      const all = updates.map((update) => ({ ...update }));
      await post(`/v1/${property}/inventory:batchUpdate`, { updates: all }, requestId);
    },
    book: async (booking, requestId, stated) =>
      bookingState(await post(`/v1/${booking.property}/reservations`, bookingBody(booking), requestId, stated)),
    readReservation: async (name) => bookingState(await get(`/v1/${name}`)),
    act: async (action, name, requestId, stated) => {
      await post(`/v1/${name}:${action}`, {}, requestId, stated);
    },
    orderMonthlyPerformance: async (property, month, requestId) => {
      const report = { monthlyPerformance: { property, month }, format: "CSV" };
      return textAt(await post("/v1/reports", { report }, requestId), "name");
    },
    readOperation: async (name) => operationState(await get(`/v1/${name}`)),
    downloadReport: (name) => call({ method: "GET", path: `/v1/${name}:download`, headers: {} }),
    close: () => http.close(),
  };
}

function bookingBody(booking: NewBooking): Json {
  const { roomType, ratePlan, adults, children, currencyCode, agreedNightlyPrice, paymentMethodToken } = booking;
  const price = { currencyCode, minorUnits: String(agreedNightlyPrice) };
  return {
    reservation: {
      checkInDate: booking.checkInDate,
      checkOutDate: booking.checkOutDate,
      rooms: [{ roomType, ratePlan, adults, children, agreedNightlyPrice: price }],
      booker: { ...booking.guest },
      externalReference: booking.externalReference,
    },
    ...(paymentMethodToken === undefined ? { confirm: true } : { payment: { paymentMethodToken } }),
  };
}

function bookingState(answer: Json | undefined): BookingState {
  const [state, payment] = [textAt(answer, "state"), textAt(answer, "paymentState")];
  const waits = state === "HELD" && payment === "PROCESSING";
  const short = state === "CONFIRMED" ? state : waits ? "PROCESSING" : "OTHER";
  return { name: textAt(answer, "name"), state: short, told: `${state} ${payment}`.trim() };
}

function operationState(answer: Json | undefined): OperationState {
  const report = textAt(answer, "response", "name");
  if (report !== "") return { status: "DONE", report };
  const message = textAt(answer, "error", "message");
  return message === "" ? { status: "RUNNING" } : { status: "FAILED", message };
}

/** Reads problem+json; an answer of something else on the way keeps its status as the reason. */
function refusalOf({ status, retryAfter, body }: HttpAnswer): Refusal {
  const problem = parseJson(body);
  const seconds = Number(retryAfter ?? Number.NaN);
  const violations = itemsAt(problem, "errors").map((item) => ({
    field: textAt(item, "field"),
    reason: textAt(item, "reason"),
    description: textAt(item, "description"),
  }));
  return new Refusal(
    textAt(problem, "reason") || `HTTP_${status}`,
    textAt(problem, "detail") || textAt(problem, "title") || `HTTP ${status}`,
    {},
    { violations, ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}) },
  );
}
