import type { CallContext } from "@staymesh/service-kit";
import type { RoomType } from "../domain/catalog.ts";
import type { Patch, RoomTypeFields } from "../domain/catalog-rules.ts";
import { roomTypeName } from "../domain/names.ts";
import { checkEtag, notFound } from "../domain/refusals.ts";
import { roomTypeKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import { patched } from "./patched.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface UpdateRoomTypeCommand extends WriteRequest {
  readonly property: string;
  readonly id: string;
  readonly etag: string;
  readonly patch: Patch<RoomTypeFields>;
}

export function updateRoomType(
  ports: Ports,
  command: UpdateRoomTypeCommand,
  call: CallContext,
): Promise<Reply<RoomType>> {
  const { property, id, etag, patch } = command;
  const kind = roomTypeKind(ports, call.principal.partner, property, id);
  return writeCatalog(ports, call, command, kind, (current) => {
    if (current === undefined) throw notFound(roomTypeName(property, id));
    checkEtag(etag, current.version);
    return patched(current, patch, call.now);
  });
}
