import type { CallContext } from "@staymesh/service-kit";
import { ratePlanName, roomTypeName } from "../domain/names.ts";
import { invalid, notFound } from "../domain/refusals.ts";
import { type BatchCommand, batchUpdate } from "./batch-update.ts";
import type { Ports, RateUpdate } from "./ports.ts";
import type { Reply } from "./reply.ts";

export interface PricedUpdate extends RateUpdate {
  readonly currencyCode: string | undefined;
}

export function batchUpdateRates(
  ports: Ports,
  command: BatchCommand<PricedUpdate>,
  call: CallContext,
): Promise<Reply<number>> {
  const { property } = command;
  const { updateRates } = ports.inventory;
  return batchUpdate(ports, command, call, updateRates, ports.encode.ratesUpdated, (update, catalog, field) => {
    if (!catalog.roomTypes.has(update.roomType)) throw notFound(roomTypeName(property, update.roomType));
    if (!catalog.ratePlans.has(update.ratePlan)) throw notFound(ratePlanName(property, update.ratePlan));
    const { currencyCode } = catalog.property;
    if (update.currencyCode !== undefined && update.currencyCode !== currencyCode) {
      throw invalid(`${field}.nightly_price.currency_code`, `The property's prices are in ${currencyCode}.`);
    }
    if (update.minorUnits !== undefined && update.minorUnits < 0n) {
      throw invalid(`${field}.nightly_price.minor_units`, "A price is not negative.");
    }
  });
}
