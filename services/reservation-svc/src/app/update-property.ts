import type { CallContext } from "@staymesh/service-kit";
import type { Property } from "../domain/catalog.ts";
import { checkProperty, type Patch, type PropertyFields } from "../domain/catalog-rules.ts";
import { propertyName } from "../domain/names.ts";
import { checkEtag, notFound } from "../domain/refusals.ts";
import { propertyKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import { patched } from "./patched.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface UpdatePropertyCommand extends WriteRequest {
  readonly id: string;
  readonly etag: string;
  readonly patch: Patch<PropertyFields>;
}

export function updateProperty(
  ports: Ports,
  command: UpdatePropertyCommand,
  call: CallContext,
): Promise<Reply<Property>> {
  const { id, etag, patch } = command;
  return writeCatalog(ports, call, command, propertyKind(ports, call.principal.partner, id), (current) => {
    if (current === undefined) throw notFound(propertyName(id));
    checkEtag(etag, current.version);
    const next = patched(current, patch, call.now);
    checkProperty(next, current);
    return next;
  });
}
