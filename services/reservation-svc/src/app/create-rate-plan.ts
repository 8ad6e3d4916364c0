import { type CallContext, Refusal } from "@staymesh/service-kit";
import type { RatePlan } from "../domain/catalog.ts";
import { checkPolicy, needOnSale, type RatePlanFields } from "../domain/catalog-rules.ts";
import { propertyName, ratePlanName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import { ratePlanKind } from "./catalog-kinds.ts";
import { writeCatalog } from "./catalog-write.ts";
import type { Ports } from "./ports.ts";
import type { Reply, WriteRequest } from "./reply.ts";

export interface CreateRatePlanCommand extends WriteRequest {
  readonly property: string;
  readonly id: string;
  readonly fields: RatePlanFields;
}

export function createRatePlan(
  ports: Ports,
  command: CreateRatePlanCommand,
  call: CallContext,
): Promise<Reply<RatePlan>> {
  const { partner } = call.principal;
  const { property, id, fields } = command;
  return writeCatalog(ports, call, command, ratePlanKind(ports, partner, property, id), async (current) => {
    const parent = await ports.catalog.property(partner, property);
    if (parent === undefined) throw notFound(propertyName(property));
    needOnSale(parent);
    if (current !== undefined) {
      const name = ratePlanName(property, id);
      throw new Refusal("ALREADY_EXISTS", `There is ${name} already.`, { name });
    }
    checkPolicy(fields.policy);
    const times = { createTime: call.now, updateTime: call.now };
    return { ...fields, ...times, partner, property, id, archived: false, version: 1 };
  });
}
