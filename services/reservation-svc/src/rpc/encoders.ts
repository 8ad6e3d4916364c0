import { Property, RatePlan, RoomType } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import {
  BatchUpdateInventoryResponse,
  BatchUpdateRatesResponse,
} from "@staymesh/proto/staymesh/reservation/v1/inventory";
import type { Encoders } from "../app/ports.ts";
import { propertyMessage, ratePlanMessage, roomTypeMessage } from "./catalog-wire.ts";
import { storedReservation } from "./reservation-wire.ts";

/** Answers as they are stored for repeated requests: the very bytes that go on the wire. */
export const encoders: Encoders = {
  property: (property) => Property.encode(propertyMessage(property)).finish(),
  roomType: (roomType) => RoomType.encode(roomTypeMessage(roomType)).finish(),
  ratePlan: (ratePlan) => RatePlan.encode(ratePlanMessage(ratePlan)).finish(),
  reservation: storedReservation,
  inventoryUpdated: (nightsUpdated) => BatchUpdateInventoryResponse.encode({ nightsUpdated }).finish(),
  ratesUpdated: (nightsUpdated) => BatchUpdateRatesResponse.encode({ nightsUpdated }).finish(),
};
