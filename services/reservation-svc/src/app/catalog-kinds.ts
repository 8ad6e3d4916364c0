import type { Property, RatePlan, RoomType } from "../domain/catalog.ts";
import type { Kind } from "./catalog-write.ts";
import type { Ports } from "./ports.ts";

export const propertyKind = (ports: Ports, partner: string, property: string): Kind<Property> => ({
  property,
  load: () => ports.catalog.property(partner, property),
  write: ports.catalog.writeProperty,
  encode: ports.encode.property,
});

export const roomTypeKind = (ports: Ports, partner: string, property: string, id: string): Kind<RoomType> => ({
  property,
  load: () => ports.catalog.roomType(partner, property, id),
  write: ports.catalog.writeRoomType,
  encode: ports.encode.roomType,
});

export const ratePlanKind = (ports: Ports, partner: string, property: string, id: string): Kind<RatePlan> => ({
  property,
  load: () => ports.catalog.ratePlan(partner, property, id),
  write: ports.catalog.writeRatePlan,
  encode: ports.encode.ratePlan,
});
