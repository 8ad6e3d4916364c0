import { type CallContext, needGrantFor } from "@staymesh/service-kit";
import type { Ports, StoredRequest } from "./ports.ts";

/** The caller's write of that request id, as far as it was taken in here; undefined where it never was. */
export async function getRequestOutcome(
  ports: Ports,
  requestId: string,
  call: CallContext,
): Promise<StoredRequest | undefined> {
  const stored = await ports.reservations.stored(call.principal.partner, requestId.toLowerCase());
  if (stored !== undefined) needGrantFor(stored.property, call.principal);
  return stored;
}
