import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { credentials } from "@grpc/grpc-js";
import type { Operation } from "@staymesh/proto/google/longrunning/operations";
import { ReportServiceClient } from "@staymesh/proto/staymesh/report/v1/report";
import { CatalogServiceClient, Property, RatePlan, RoomType } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { InventoryServiceClient, InventoryUpdate } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { ReservationServiceClient } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import type { HotelApi } from "./api.ts";
import { type Ask, caller, collect } from "./grpc-calls.ts";
import { bookingRequest, bookingState, monthlyReport, operationState } from "./grpc-messages.ts";

export interface GrpcOptions {
  readonly reservationAddress: string;
  readonly reportAddress: string;
  readonly key: string;
}

/** As any partner does: how long a call may take and when it is sent again is what the contracts say. */
const channelOptions = {
  "grpc.service_config": readFileSync(
    fileURLToPath(import.meta.resolve("@staymesh/proto/service-config.json")),
    "utf8",
  ),
  "grpc.service_config_disable_resolution": 1,
};

/** The API as partner systems see it: straight to the services. */
export function grpcApi({ reservationAddress, reportAddress, key }: GrpcOptions): HotelApi {
  const insecure = credentials.createInsecure();
  const catalog = new CatalogServiceClient(reservationAddress, insecure, channelOptions);
  const inventory = new InventoryServiceClient(reservationAddress, insecure, channelOptions);
  const reservations = new ReservationServiceClient(reservationAddress, insecure, channelOptions);
  const reports = new ReportServiceClient(reportAddress, insecure, channelOptions);
  const call = caller(key);
  const validateOnly = false;

  const actions = {
    cancel: (name: string, requestId: string): Ask<unknown> => {
      const request = { name, requestId, validateOnly, etag: "", maxPenalty: undefined };
      return (...rest) => reservations.cancelReservation(request, ...rest);
    },
    checkIn: (name: string, requestId: string): Ask<unknown> => {
      const request = { name, requestId, validateOnly, etag: "" };
      return (...rest) => reservations.checkIn(request, ...rest);
    },
    checkOut: (name: string, requestId: string): Ask<unknown> => {
      const request = { name, requestId, validateOnly, etag: "" };
      return (...rest) => reservations.checkOut(request, ...rest);
    },
    markNoShow: (name: string, requestId: string): Ask<unknown> => {
      const request = { name, requestId, validateOnly, etag: "" };
      return (...rest) => reservations.markNoShow(request, ...rest);
    },
  } as const;

  return {
    createProperty: async ({ id, ...property }, requestId) => {
      const request = { propertyId: id, property: Property.fromPartial(property), requestId, validateOnly };
      await call((...rest) => catalog.createProperty(request, ...rest));
    },
    createRoomType: async ({ property, id, ...roomType }, requestId) => {
      const made = RoomType.fromPartial(roomType);
      const request = { parent: property, roomTypeId: id, roomType: made, requestId, validateOnly };
      await call((...rest) => catalog.createRoomType(request, ...rest));
    },
    createRatePlan: async ({ property, id, ...ratePlan }, requestId) => {
      const made = RatePlan.fromPartial(ratePlan);
      const request = { parent: property, ratePlanId: id, ratePlan: made, requestId, validateOnly };
      await call((...rest) => catalog.createRatePlan(request, ...rest));
    },
    setCapacities: async (property, all, requestId) => {
      const updates = all.map((update) => InventoryUpdate.fromPartial(update));
      await call((...rest) =>
        inventory.batchUpdateInventory({ parent: property, updates, requestId, validateOnly }, ...rest),
      );
    },
    book: async (booking, requestId, stated) => {
      const request = bookingRequest(booking, requestId);
      return bookingState(await call((...rest) => reservations.createReservation(request, ...rest), stated));
    },
    readReservation: async (name) =>
      bookingState(await call((...rest) => reservations.getReservation({ name }, ...rest))),
    act: async (action, name, requestId, stated) => {
      await call(actions[action](name, requestId), stated);
    },
    orderMonthlyPerformance: async (property, month, requestId) => {
      const request = { report: monthlyReport(property, month), requestId, validateOnly };
      const operation = await call<Operation>((...rest) => reports.createReport(request, ...rest));
      return operation.name;
    },
    readOperation: async (name) => operationState(await call((...rest) => reports.getOperation({ name }, ...rest))),
    downloadReport: (name) => collect(key, (...rest) => reports.downloadReport({ name }, ...rest)),
    close: () => {
      for (const client of [catalog, inventory, reservations, reports]) client.close();
    },
  };
}
