import type { CallContext } from "@staymesh/service-kit";
import type { Property } from "../domain/catalog.ts";
import { propertyName } from "../domain/names.ts";
import { checkEtag, notFound } from "../domain/refusals.ts";
import { propertyKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import { patched } from "./patched.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface ArchivePropertyCommand extends WriteRequest {
  readonly id: string;
  readonly etag: string;
}

/** Archiving what is archived already changes nothing but its version. */
export function archiveProperty(
  ports: Ports,
  command: ArchivePropertyCommand,
  call: CallContext,
): Promise<Reply<Property>> {
  const { id, etag } = command;
  return writeCatalog(ports, call, command, propertyKind(ports, call.principal.partner, id), (current) => {
    if (current === undefined) throw notFound(propertyName(id));
    checkEtag(etag, current.version);
    return patched(current, { archived: true }, call.now);
  });
}
