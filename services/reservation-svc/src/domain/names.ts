/** Resource names, made and read in one place. */
export const propertyName = (property: string): string => `properties/${property}`;
export const roomTypeName = (property: string, roomType: string): string =>
  `properties/${property}/roomTypes/${roomType}`;
export const ratePlanName = (property: string, ratePlan: string): string =>
  `properties/${property}/ratePlans/${ratePlan}`;
export const reservationName = (property: string, id: string): string => `properties/${property}/reservations/${id}`;
export const sagaName = (property: string, id: string): string => `${reservationName(property, id)}/saga`;

/** The id at the given place of a name: 1 is the property, 3 what is below it. */
const part = (name: string, place: number): string => name.split("/")[place] ?? "";

export const propertyIn = (name: string): string => part(name, 1);
export const idIn = (name: string): string => part(name, 3);

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether an id may be one of ours at all; the store takes no other. */
export const isUuid = (id: string): boolean => uuid.test(id);
