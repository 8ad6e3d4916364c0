import { randomUUID } from "node:crypto";

export interface Hotel {
  readonly property: string;
  readonly roomType: string;
  readonly ratePlan: string;
}

/** A hotel with ten rooms in spring 2027, made over REST as its owner would. */
export async function openHotel(baseUrl: string, key: string, id = `sdk-${randomUUID().slice(0, 8)}`): Promise<Hotel> {
  const property = `properties/${id}`;
  const roomType = `${property}/roomTypes/a`;
  const ratePlan = `${property}/ratePlans/flex`;
  const season = { startDate: "2027-03-01", endDate: "2027-06-01" };
  const post = async (path: string, body: object) => {
    const response = await fetch(`${baseUrl}/v1/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  await post(`properties?propertyId=${id}`, {
    displayName: "Lisbon City",
    timeZone: "Europe/Lisbon",
    currencyCode: "EUR",
    location: { latitude: 38.72, longitude: -9.14 },
  });
  await post(`${property}/roomTypes?roomTypeId=a`, { displayName: "Standard", maxAdults: 2, maxGuests: 4 });
  await post(`${property}/ratePlans?ratePlanId=flex`, { displayName: "Flexible" });
  await post(`${property}/inventory:batchUpdate`, { updates: [{ roomType, ...season, capacity: 10 }] });
  const nightlyPrice = { currencyCode: "EUR", minorUnits: "12900" };
  await post(`${property}/rates:batchUpdate`, { updates: [{ ratePlan, roomType, ...season, nightlyPrice }] });
  return { property, roomType, ratePlan };
}
