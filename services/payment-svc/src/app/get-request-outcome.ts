import { type CallContext, needGrantFor } from "@staymesh/service-kit";
import type { Answer } from "../domain/answer.ts";
import type { Deps } from "./deps.ts";
import { openAnswer } from "./repeat-request.ts";

/** A request that was taken in: its answer for good, or how it stands. */
export interface RequestOutcome {
  readonly method: string;
  readonly receiveTime: Date;
  readonly state: "IN_PROGRESS" | "DONE";
  readonly answer: Answer | undefined;
}

/** What became of the caller's write of that request id; undefined where none was taken in here. The bank is not asked. */
export async function getRequestOutcome(
  deps: Deps,
  requestId: string,
  call: CallContext,
): Promise<RequestOutcome | undefined> {
  const { partner } = call.principal;
  const request = await deps.store.findRequest(partner, requestId.toLowerCase());
  if (request === undefined) return undefined;
  const { method, property, receiveTime, answer, operationId } = request;
  needGrantFor(property, call.principal);
  if (answer !== undefined) return { method, receiveTime, state: "DONE", answer };
  const found = operationId === undefined ? undefined : await deps.store.findOperation(partner, operationId);
  const open = found === undefined ? undefined : await openAnswer(deps, found.operation);
  return { method, receiveTime, state: "IN_PROGRESS", answer: open };
}
