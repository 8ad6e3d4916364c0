import type { CallContext } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit";
import type { Property } from "../domain/catalog.ts";
import { checkProperty, type PropertyFields } from "../domain/catalog-rules.ts";
import { propertyName } from "../domain/names.ts";
import { propertyKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface CreatePropertyCommand extends WriteRequest {
  readonly id: string;
  readonly fields: PropertyFields;
}

export function createProperty(
  ports: Ports,
  command: CreatePropertyCommand,
  call: CallContext,
): Promise<Reply<Property>> {
  const { partner } = call.principal;
  const { id, fields } = command;
  return writeCatalog(ports, call, command, propertyKind(ports, partner, id), (current) => {
    if (current !== undefined) {
      throw new Refusal("ALREADY_EXISTS", `There is a property ${id} already.`, { name: propertyName(id) });
    }
    checkProperty(fields);
    return { ...fields, partner, id, archived: false, createTime: call.now, updateTime: call.now, version: 1 };
  });
}
