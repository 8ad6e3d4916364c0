import { Operation } from "@staymesh/proto/google/longrunning/operations";
import { RequestServiceService } from "@staymesh/proto/staymesh/report/v1/request";
import { type Handlers, type Implementation, implement, type KeptRequest, requestOutcome } from "@staymesh/service-kit";
import { getRequestOutcome } from "../app/get-request-outcome.ts";
import type { ReportStore, StoredAnswer } from "../app/ports.ts";
import { operationMessage } from "./operation-messages.ts";

interface Parts {
  readonly reports: ReportStore;
}

/** staymesh.report.v1.RequestService, ready to be served. */
export function requestService(parts: Parts): Implementation {
  return implement(RequestServiceService, requestHandlers(parts));
}

export function requestHandlers(parts: Parts): Handlers<typeof RequestServiceService> {
  const outcome = getRequestOutcome(parts);
  return {
    getRequestOutcome: async ({ requestId }, call) => {
      const stored = await outcome(requestId, call);
      return requestOutcome(requestId, stored === undefined ? undefined : keptRequest(stored), call);
    },
  };
}

const keptRequest = ({ method, receiveTime, outcome }: StoredAnswer): KeptRequest => ({
  method,
  receiveTime,
  state: "DONE",
  result: "refusal" in outcome ? outcome : { answer: Operation.encode(operationMessage(outcome.report)).finish() },
});
