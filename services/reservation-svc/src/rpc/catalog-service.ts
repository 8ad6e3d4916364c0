import {
  type CatalogServiceService,
  Property,
  RatePlan,
  RoomType,
} from "@staymesh/proto/staymesh/reservation/v1/catalog";
import type { Handlers } from "@staymesh/service-kit";
import { archiveProperty } from "../app/archive-property.ts";
import { archiveRatePlan } from "../app/archive-rate-plan.ts";
import { archiveRoomType } from "../app/archive-room-type.ts";
import { createProperty } from "../app/create-property.ts";
import { createRatePlan } from "../app/create-rate-plan.ts";
import { createRoomType } from "../app/create-room-type.ts";
import { getProperty } from "../app/get-property.ts";
import { getRatePlan } from "../app/get-rate-plan.ts";
import { getRoomType } from "../app/get-room-type.ts";
import { listProperties } from "../app/list-properties.ts";
import { listRatePlans } from "../app/list-rate-plans.ts";
import { listRoomTypes } from "../app/list-room-types.ts";
import type { Ports } from "../app/ports.ts";
import { updateProperty } from "../app/update-property.ts";
import { updateRatePlan } from "../app/update-rate-plan.ts";
import { updateRoomType } from "../app/update-room-type.ts";
import { idIn, propertyIn } from "../domain/names.ts";
import { messageOf } from "./answer.ts";
import {
  propertyFields,
  propertyMessage,
  ratePlanFields,
  ratePlanMessage,
  ratePlanPatch,
  roomTypeFields,
  roomTypeMessage,
  withStandardTimes,
} from "./catalog-wire.ts";
import { masked } from "./field-mask.ts";
import { needResource } from "./need-resource.ts";

const write = ({ requestId, validateOnly }: { readonly requestId: string; readonly validateOnly: boolean }) => ({
  requestId,
  validateOnly,
});

/** The catalogue over gRPC. */
export const catalogService = (ports: Ports): Handlers<typeof CatalogServiceService> => ({
  createProperty: async (request, call) => {
    const fields = withStandardTimes(withoutUndefined(propertyFields(needResource(request.property, "property"))));
    const reply = await createProperty(ports, { ...write(request), id: request.propertyId, fields }, call);
    return messageOf(reply, Property, propertyMessage);
  },
  getProperty: async ({ name }, call) => propertyMessage(await getProperty(ports, propertyIn(name), call)),
  listProperties: async (request, call) => {
    const { items, nextPageToken } = await listProperties(ports, request, call);
    return { properties: items.map(propertyMessage), nextPageToken };
  },
  updateProperty: async (request, call) => {
    const property = needResource(request.property, "property", /^properties\/[^/]+$/);
    const patch = withStandardTimes(masked(propertyFields(property), request.updateMask));
    const command = { ...write(request), id: propertyIn(property.name), etag: property.etag, patch };
    return messageOf(await updateProperty(ports, command, call), Property, propertyMessage);
  },
  archiveProperty: async (request, call) => {
    const command = { ...write(request), id: propertyIn(request.name), etag: request.etag };
    return messageOf(await archiveProperty(ports, command, call), Property, propertyMessage);
  },

  createRoomType: async (request, call) => {
    const fields = roomTypeFields(needResource(request.roomType, "room_type"));
    const command = { ...write(request), property: propertyIn(request.parent), id: request.roomTypeId, fields };
    return messageOf(await createRoomType(ports, command, call), RoomType, roomTypeMessage);
  },
  getRoomType: async ({ name }, call) => roomTypeMessage(await getRoomType(ports, propertyIn(name), idIn(name), call)),
  listRoomTypes: async (request, call) => {
    const { items, nextPageToken } = await listRoomTypes(ports, propertyIn(request.parent), request, call);
    return { roomTypes: items.map(roomTypeMessage), nextPageToken };
  },
  updateRoomType: async (request, call) => {
    const roomType = needResource(request.roomType, "room_type", /^properties\/[^/]+\/roomTypes\/[^/]+$/);
    const patch = masked(roomTypeFields(roomType), request.updateMask);
    const command = { ...write(request), ...below(roomType.name), etag: roomType.etag, patch };
    return messageOf(await updateRoomType(ports, command, call), RoomType, roomTypeMessage);
  },
  archiveRoomType: async (request, call) => {
    const command = { ...write(request), ...below(request.name), etag: request.etag };
    return messageOf(await archiveRoomType(ports, command, call), RoomType, roomTypeMessage);
  },

  createRatePlan: async (request, call) => {
    const fields = withoutUndefined(ratePlanFields(needResource(request.ratePlan, "rate_plan")));
    const command = { ...write(request), property: propertyIn(request.parent), id: request.ratePlanId, fields };
    return messageOf(await createRatePlan(ports, command, call), RatePlan, ratePlanMessage);
  },
  getRatePlan: async ({ name }, call) => ratePlanMessage(await getRatePlan(ports, propertyIn(name), idIn(name), call)),
  listRatePlans: async (request, call) => {
    const { items, nextPageToken } = await listRatePlans(ports, propertyIn(request.parent), request, call);
    return { ratePlans: items.map(ratePlanMessage), nextPageToken };
  },
  updateRatePlan: async (request, call) => {
    const ratePlan = needResource(request.ratePlan, "rate_plan", /^properties\/[^/]+\/ratePlans\/[^/]+$/);
    const patch = ratePlanPatch(ratePlan, request.updateMask);
    const command = { ...write(request), ...below(ratePlan.name), etag: ratePlan.etag, patch };
    return messageOf(await updateRatePlan(ports, command, call), RatePlan, ratePlanMessage);
  },
  archiveRatePlan: async (request, call) => {
    const command = { ...write(request), ...below(request.name), etag: request.etag };
    return messageOf(await archiveRatePlan(ports, command, call), RatePlan, ratePlanMessage);
  },
});

const below = (name: string) => ({ property: propertyIn(name), id: idIn(name) });

type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same fields without those that are undefined. */
function withoutUndefined<T extends object>(fields: T): Defined<T> {
  // What is left out is optional in the result.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
