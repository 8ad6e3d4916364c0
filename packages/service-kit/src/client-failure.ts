import { type ServiceError, status } from "@grpc/grpc-js";
import { codeName } from "./codes.ts";
import { Refusal } from "./refusal.ts";
import { decodeDetails } from "./status-details.ts";

/** Another service failed in a way that says nothing to our caller: what it did or did not do is not known. */
export class RemoteFault extends Error {
  override readonly name = "RemoteFault";
  readonly code: string;
  readonly method: string;

  constructor(method: string, code: number, reason: string) {
    super(`${method} failed with ${codeName(code)}${reason === "" ? "" : ` (${reason})`}`);
    this.code = codeName(code);
    this.method = method;
  }
}

/** What a failed call means to the code that made it. */
export function failureOf(method: string, error: ServiceError, signal: AbortSignal | undefined): Error {
  // The caller's own end explains the failure better than what the transport made of it.
  if (signal?.aborted === true && signal.reason instanceof Error) return signal.reason;
  const refusal = refusalIn(error);
  if (refusal !== undefined) {
    return isOurs(refusal) ? new RemoteFault(method, error.code, refusal.reason) : refusal;
  }
  if (wasAbsent(error)) return unavailable(method);
  if (error.code === status.DEADLINE_EXCEEDED) {
    return new Refusal("DEADLINE_EXCEEDED", "A needed service did not answer in time.", { method });
  }
  return new RemoteFault(method, error.code, "");
}

/** Whether the other side was not there: a cancellation that is not ours comes from a server that cut its connections. */
export function wasAbsent(error: ServiceError): boolean {
  return error.code === status.UNAVAILABLE || error.code === status.CANCELLED;
}

export function unavailable(method: string): Refusal {
  return new Refusal("DEPENDENCY_UNAVAILABLE", "A needed service cannot be reached.", { method });
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "metadata" in error;
}

function refusalIn(error: ServiceError): Refusal | undefined {
  const details = error.metadata?.get("grpc-status-details-bin")[0];
  return details instanceof Uint8Array ? decodeDetails(details) : undefined;
}

/** A fault over there, or a key of ours that is not accepted: neither is the doing of whoever called us. */
function isOurs(refusal: Refusal): boolean {
  return refusal.reason === "INTERNAL" || refusal.reason === "UNAUTHENTICATED";
}
