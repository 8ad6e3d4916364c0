import type { RequestServiceService } from "@staymesh/proto/staymesh/reservation/v1/request";
import { Reservation } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { type Handlers, type KeptAnswer, type KeptRequest, requestOutcome } from "@staymesh/service-kit";
import { getRequestOutcome } from "../app/get-request-outcome.ts";
import type { Ports, StoredRequest } from "../app/ports.ts";
import { isDone, restored } from "../app/reply.ts";
import { reservationAnswer } from "./reservation-wire.ts";

/** What became of writes, over gRPC. */
export const requestService = (ports: Ports): Handlers<typeof RequestServiceService> => ({
  getRequestOutcome: async ({ requestId }, call) => {
    const stored = await getRequestOutcome(ports, requestId, call);
    return requestOutcome(requestId, stored === undefined ? undefined : keptRequest(stored), call);
  },
});

const keptRequest = (stored: StoredRequest): KeptRequest => ({
  method: stored.method,
  receiveTime: stored.receiveTime,
  state: isDone(stored) ? "DONE" : "IN_PROGRESS",
  result: resultOf(stored),
});

function resultOf({ answer, refusal, booker }: StoredRequest): KeptAnswer | undefined {
  if (refusal !== undefined) return { refusal: restored(refusal) };
  if (answer === undefined) return undefined;
  // Only a reservation has a booker, whose data is kept apart from the answer.
  if (booker === undefined) return { answer };
  return { answer: Reservation.encode(reservationAnswer({ kind: "replayed", answer, booker })).finish() };
}
