import {
  BatchUpdateInventoryResponse,
  BatchUpdateRatesResponse,
  InventoryChange_Cause,
  type InventoryServiceService,
} from "@staymesh/proto/staymesh/reservation/v1/inventory";
import type { Handlers } from "@staymesh/service-kit";
import { batchUpdateInventory } from "../app/batch-update-inventory.ts";
import { batchUpdateRates } from "../app/batch-update-rates.ts";
import { type CalendarAnswer, getCalendar } from "../app/get-calendar.ts";
import { listInventoryChanges } from "../app/list-inventory-changes.ts";
import type { CalendarRow, InventoryChange, Ports } from "../app/ports.ts";
import { idIn, propertyIn, ratePlanName, reservationName, roomTypeName } from "../domain/names.ts";
import { invalid } from "../domain/refusals.ts";
import { messageOf } from "./answer.ts";
import { money, timestamp } from "./wire.ts";

/** Nights and prices over gRPC. */
export const inventoryService = (ports: Ports): Handlers<typeof InventoryServiceService> => ({
  batchUpdateInventory: async (request, call) => {
    const { requestId, validateOnly } = request;
    const property = propertyIn(request.parent);
    const updates = request.updates.map((update, index) => ({
      roomType: within(property, update.roomType, `updates[${index}].room_type`),
      startDate: update.startDate,
      endDate: update.endDate,
      daysOfWeek: update.daysOfWeek,
      capacity: update.capacity,
      overbookingAllowance: update.overbookingAllowance,
      stopSell: update.stopSell,
      closedToArrival: update.closedToArrival,
      closedToDeparture: update.closedToDeparture,
      minStayNights: update.minStayNights,
      maxStayNights: update.maxStayNights,
    }));
    const reply = await batchUpdateInventory(ports, { requestId, validateOnly, property, updates }, call);
    return messageOf(reply, BatchUpdateInventoryResponse, (nightsUpdated) => ({ nightsUpdated }));
  },
  batchUpdateRates: async (request, call) => {
    const { requestId, validateOnly } = request;
    const property = propertyIn(request.parent);
    const updates = request.updates.map((update, index) => ({
      ratePlan: within(property, update.ratePlan, `updates[${index}].rate_plan`),
      roomType: within(property, update.roomType, `updates[${index}].room_type`),
      startDate: update.startDate,
      endDate: update.endDate,
      daysOfWeek: update.daysOfWeek,
      minorUnits: update.nightlyPrice?.minorUnits,
      currencyCode: update.nightlyPrice?.currencyCode,
    }));
    const reply = await batchUpdateRates(ports, { requestId, validateOnly, property, updates }, call);
    return messageOf(reply, BatchUpdateRatesResponse, (nightsUpdated) => ({ nightsUpdated }));
  },
  getCalendar: async (request, call) => {
    const { startDate, endDate, roomTypes, pageSize, pageToken } = request;
    const property = propertyIn(request.parent);
    const answer = await getCalendar(ports, { property, startDate, endDate, roomTypes, pageSize, pageToken }, call);
    return { days: answer.rows.map((row) => calendarDay(answer, row)), nextPageToken: answer.nextPageToken };
  },
  listInventoryChanges: async (request, call) => {
    const { date, pageSize, pageToken } = request;
    const property = propertyIn(request.parent);
    const roomType = within(property, request.roomType, "room_type");
    const page = await listInventoryChanges(ports, { property, roomType, date, pageSize, pageToken }, call);
    return {
      changes: page.changes.map((change) => changeMessage(property, change)),
      nextPageToken: page.nextPageToken,
    };
  },
});

/** The id in a name that has to be below the request's property. */
function within(property: string, name: string, field: string): string {
  if (propertyIn(name) !== property) throw invalid(field, "It has to be of the request's property.");
  return idIn(name);
}

const calendarDay = ({ property, currencyCode }: CalendarAnswer, row: CalendarRow) => ({
  date: row.date,
  roomType: roomTypeName(property, row.roomType),
  capacity: row.capacity,
  overbookingAllowance: row.overbookingAllowance,
  sold: row.sold,
  held: row.held,
  available: row.stopSell ? 0 : Math.max(0, row.capacity + row.overbookingAllowance - row.sold - row.held),
  stopSell: row.stopSell,
  closedToArrival: row.closedToArrival,
  closedToDeparture: row.closedToDeparture,
  minStayNights: row.minStayNights,
  maxStayNights: row.maxStayNights,
  rates: row.rates.map(({ ratePlan, minorUnits }) => ({
    ratePlan: ratePlanName(property, ratePlan),
    nightlyPrice: money(currencyCode, minorUnits),
  })),
});

const causes: Readonly<Record<string, InventoryChange_Cause>> = InventoryChange_Cause;

const changeMessage = (property: string, change: InventoryChange) => ({
  changeTime: timestamp(change.changeTime),
  cause: causes[change.cause] ?? InventoryChange_Cause.CAUSE_UNSPECIFIED,
  reservation: change.reservationId === undefined ? "" : reservationName(property, change.reservationId),
  soldDelta: change.soldDelta,
  heldDelta: change.heldDelta,
  capacity: change.capacity,
  sold: change.sold,
  held: change.held,
});
