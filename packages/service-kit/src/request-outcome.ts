import { RequestOutcome, RequestOutcome_State } from "@staymesh/proto/staymesh/request/v1/request";
import type { CallContext } from "./call.ts";
import { checkScopes } from "./identify.ts";
import { statusOf } from "./outcome.ts";
import { hasGrant, type Principal } from "./principal.ts";
import { Refusal } from "./refusal.ts";

/** What a request is answered with: the bytes of its method's answer, or a refusal. */
export type KeptAnswer = { readonly answer: Uint8Array } | { readonly refusal: Refusal };

/** What a service has kept of a request. */
export interface KeptRequest {
  /** As in "staymesh.payment.v1.PaymentService/CapturePayment". */
  readonly method: string;
  readonly receiveTime: Date;
  readonly state: "IN_PROGRESS" | "DONE";
  /** While it is in progress: how it stands, where that can be told. */
  readonly result: KeptAnswer | undefined;
}

/**
 * Refuses to tell of a request to a key that has no grant for its property. An empty property means that it was about none; undefined
 * that nobody noted it, so that only a key for all properties may know.
 */
export function needGrantFor(property: string | undefined, principal: Principal): void {
  if (property === "" || hasGrant(principal, property ?? "*")) return;
  const facts: Readonly<Record<string, string>> = property === undefined ? {} : { property };
  throw new Refusal("PROPERTY_NOT_GRANTED", "The key has no grant for the property of this request.", facts);
}

/**
 * Tells what became of a request in the words of staymesh.request.v1; a refusal as it would be sent to the request itself. Refuses a key that
 * could not have sent it: an answer may hold more than a lookup's own scope lets see.
 */
export function requestOutcome(requestId: string, kept: KeptRequest | undefined, call: CallContext): RequestOutcome {
  const outcome = RequestOutcome.fromPartial({ requestId: requestId.toLowerCase() });
  if (kept === undefined) return { ...outcome, state: RequestOutcome_State.NEVER_SEEN };
  const { method, receiveTime, state, result } = kept;
  checkScopes(call.principal, call.contract.method(method));
  const ms = receiveTime.getTime();
  const seconds = Math.floor(ms / 1000);
  return {
    ...outcome,
    state: RequestOutcome_State[state],
    method,
    receiveTime: { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 },
    result: result === undefined ? undefined : resultOf(method, result, call),
  };
}

function resultOf(method: string, result: KeptAnswer, { contract }: CallContext): RequestOutcome["result"] {
  if ("refusal" in result) return { $case: "error", value: statusOf(result.refusal, contract) };
  const { typeName } = contract.method(method).output;
  const value = Buffer.from(result.answer);
  return { $case: "response", value: { typeUrl: `type.googleapis.com/${typeName}`, value } };
}
