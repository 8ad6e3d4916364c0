import { type CallContext, Refusal } from "@staymesh/service-kit";
import type { RoomType } from "../domain/catalog.ts";
import { needOnSale, type RoomTypeFields } from "../domain/catalog-rules.ts";
import { propertyName, roomTypeName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import { roomTypeKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface CreateRoomTypeCommand extends WriteRequest {
  readonly property: string;
  readonly id: string;
  readonly fields: RoomTypeFields;
}

export function createRoomType(
  ports: Ports,
  command: CreateRoomTypeCommand,
  call: CallContext,
): Promise<Reply<RoomType>> {
  const { partner } = call.principal;
  const { property, id, fields } = command;
  return writeCatalog(ports, call, command, roomTypeKind(ports, partner, property, id), async (current) => {
    const parent = await ports.catalog.property(partner, property);
    if (parent === undefined) throw notFound(propertyName(property));
    needOnSale(parent);
    if (current !== undefined) {
      const name = roomTypeName(property, id);
      throw new Refusal("ALREADY_EXISTS", `There is ${name} already.`, { name });
    }
    const times = { createTime: call.now, updateTime: call.now };
    return { ...fields, ...times, partner, property, id, archived: false, version: 1 };
  });
}
