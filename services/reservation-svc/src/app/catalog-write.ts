import { type CallContext, Refusal } from "@staymesh/service-kit";
import { afterTwin } from "./in-flight.ts";
import type { CatalogWrite, Ports, WriteResult } from "./ports.ts";
import { claimOf, decided, fresh, type Reply, replay, restored, storedRefusal, type WriteRequest } from "./reply.ts";

/** How one kind of thing in the catalogue is read and written. */
export interface Kind<T> {
  readonly property: string;
  readonly load: () => Promise<T | undefined>;
  readonly write: (write: CatalogWrite<T>) => Promise<WriteResult>;
  readonly encode: (value: T) => Uint8Array;
}

const TRIES_MAX = 20;

/** Writes what `decide` makes of the present state, or stores why it refuses. */
export function writeCatalog<T extends { readonly version: number }>(
  ports: Ports,
  call: CallContext,
  request: WriteRequest,
  kind: Kind<T>,
  decide: (current: T | undefined) => T | Promise<T>,
): Promise<Reply<T>> {
  const claim = claimOf(call, kind.property, request);
  return afterTwin(claim, call, async () => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const current = await kind.load();
      const next = await decided(() => decide(current));
      const refused = next instanceof Refusal;
      if (claim === undefined) {
        if (refused) throw next;
        return fresh(next);
      }
      const result = await kind.write({
        partner: call.principal.partner,
        property: kind.property,
        claim,
        refusal: refused ? storedRefusal(next) : undefined,
        next: refused ? undefined : next,
        expected: current?.version ?? 0,
        answer: refused ? undefined : kind.encode(next),
        eventId: ports.newId(),
      });
      if (result.outcome === "REPLAY") return replay<T>(ports, call, claim, result.stored);
      if (result.outcome === "REFUSED") throw restored(result.refusal);
      if (result.outcome === "DONE" && !refused) {
        ports.catalogs.forget(call.principal.partner, kind.property);
        return fresh(next);
      }
    }
    throw new Error(`a write of the catalogue met a newer version ${TRIES_MAX} times`);
  });
}
