import type { CallContext } from "@staymesh/service-kit";
import { roomTypeName } from "../domain/names.ts";
import { notFound } from "../domain/refusals.ts";
import { type BatchCommand, batchUpdate } from "./batch-update.ts";
import type { InventoryUpdate, Ports } from "./ports.ts";
import type { Reply } from "./reply.ts";

export function batchUpdateInventory(
  ports: Ports,
  command: BatchCommand<InventoryUpdate>,
  call: CallContext,
): Promise<Reply<number>> {
  const { updateInventory } = ports.inventory;
  return batchUpdate(ports, command, call, updateInventory, ports.encode.inventoryUpdated, (update, catalog) => {
    if (!catalog.roomTypes.has(update.roomType)) throw notFound(roomTypeName(command.property, update.roomType));
  });
}
