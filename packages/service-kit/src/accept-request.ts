import type { Message } from "@bufbuild/protobuf";
import { decodeAndValidate } from "@staymesh/contract";
import type { Principal } from "./principal.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";
import type { ServedMethod } from "./served-method.ts";

/** A request that keeps the contract, for the handler and for whoever compares it. */
export interface Accepted {
  readonly request: unknown;
  readonly message: Message;
}

/** Decodes and checks one request message; what breaks the contract is refused with every field that does. */
export function acceptRequest(method: ServedMethod, bytes: Buffer, principal: Principal): Accepted {
  const { message, violations, unknownFields } = decodeAndValidate(method.facts, bytes);
  if (violations.length > 0) {
    throw invalid(violations.map(({ field, rule, description }) => ({ field, reason: rule, description })));
  }
  if (method.refusesUnknownFields && unknownFields.length > 0) {
    const description = "is not known to this server, which would lose it";
    throw invalid(unknownFields.map((field) => ({ field, reason: "unknown_field", description })));
  }
  method.checkProperty?.(message, principal);
  return { request: method.wire.requestDeserialize(bytes), message };
}

function invalid(violations: readonly FieldViolation[]): Refusal {
  const [first] = violations;
  const place = first === undefined || first.field === "" ? "The request" : first.field;
  const others = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  return new Refusal("INVALID_REQUEST", `${place}: ${first?.description ?? "invalid"}${others}`, {}, { violations });
}
