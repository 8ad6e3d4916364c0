import { CatalogServiceService } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { InventoryServiceService } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { RequestServiceService } from "@staymesh/proto/staymesh/reservation/v1/request";
import { ReservationServiceService } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { StayServiceService } from "@staymesh/proto/staymesh/reservation/v1/stay";
import { type Implementation, implement } from "@staymesh/service-kit";
import type { Ports } from "../app/ports.ts";
import { catalogService } from "./catalog-service.ts";
import { inventoryService } from "./inventory-service.ts";
import { requestService } from "./request-service.ts";
import { reservationService } from "./reservation-service.ts";
import { stayService } from "./stay-service.ts";

/** Everything that this service offers over gRPC. */
export const services = (ports: Ports): readonly Implementation[] => [
  implement(CatalogServiceService, catalogService(ports)),
  implement(InventoryServiceService, inventoryService(ports)),
  implement(StayServiceService, stayService(ports)),
  implement(ReservationServiceService, reservationService(ports)),
  implement(RequestServiceService, requestService(ports)),
];
