import type { CallContext } from "@staymesh/service-kit";
import type { RatePlan } from "../domain/catalog.ts";
import { ratePlanName } from "../domain/names.ts";
import { checkEtag, notFound } from "../domain/refusals.ts";
import { ratePlanKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import { patched } from "./patched.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface ArchiveRatePlanCommand extends WriteRequest {
  readonly property: string;
  readonly id: string;
  readonly etag: string;
}

export function archiveRatePlan(
  ports: Ports,
  command: ArchiveRatePlanCommand,
  call: CallContext,
): Promise<Reply<RatePlan>> {
  const { property, id, etag } = command;
  const kind = ratePlanKind(ports, call.principal.partner, property, id);
  return writeCatalog(ports, call, command, kind, (current) => {
    if (current === undefined) throw notFound(ratePlanName(property, id));
    checkEtag(etag, current.version);
    return patched(current, { archived: true }, call.now);
  });
}
