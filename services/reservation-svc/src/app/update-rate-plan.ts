import type { CallContext } from "@staymesh/service-kit";
import type { RatePlan } from "../domain/catalog.ts";
import { checkPolicy, type Patch, type RatePlanFields } from "../domain/catalog-rules.ts";
import { ratePlanName } from "../domain/names.ts";
import { checkEtag, notFound } from "../domain/refusals.ts";
import { ratePlanKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import { patched } from "./patched.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface UpdateRatePlanCommand extends WriteRequest {
  readonly property: string;
  readonly id: string;
  readonly etag: string;
  readonly patch: Patch<RatePlanFields>;
}

export function updateRatePlan(
  ports: Ports,
  command: UpdateRatePlanCommand,
  call: CallContext,
): Promise<Reply<RatePlan>> {
  const { property, id, etag, patch } = command;
  const kind = ratePlanKind(ports, call.principal.partner, property, id);
  return writeCatalog(ports, call, command, kind, (current) => {
    if (current === undefined) throw notFound(ratePlanName(property, id));
    checkEtag(etag, current.version);
    checkPolicy(patch.policy);
    return patched(current, patch, call.now);
  });
}
