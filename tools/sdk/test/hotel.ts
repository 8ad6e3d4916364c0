import { randomUUID } from "node:crypto";

export interface Hotel {
  readonly property: string;
  readonly roomType: string;
  readonly ratePlan: string;
}

export interface Edge {
  readonly baseUrl: string;
  readonly key: string;
}

/** A call over plain REST that has to succeed. */
export async function post<Answer>({ baseUrl, key }: Edge, path: string, body: object): Promise<Answer> {
  const response = await fetch(`${baseUrl}/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** A hotel with ten rooms in spring 2027, made over REST as its owner would. */
export async function openHotel(edge: Edge): Promise<Hotel> {
  const id = `sdk-${randomUUID().slice(0, 8)}`;
  const property = `properties/${id}`;
  const roomType = `${property}/roomTypes/a`;
  const ratePlan = `${property}/ratePlans/flex`;
  const season = { startDate: "2027-03-01", endDate: "2027-06-01" };
  const nightlyPrice = { currencyCode: "EUR", minorUnits: "12900" };
  await post(edge, `properties?propertyId=${id}`, {
    displayName: "Lisbon City",
    timeZone: "Europe/Lisbon",
    currencyCode: "EUR",
    location: { latitude: 38.72, longitude: -9.14 },
  });
  await post(edge, `${property}/roomTypes?roomTypeId=a`, { displayName: "Standard", maxAdults: 2, maxGuests: 4 });
  await post(edge, `${property}/ratePlans?ratePlanId=flex`, { displayName: "Flexible" });
  await post(edge, `${property}/inventory:batchUpdate`, { updates: [{ roomType, ...season, capacity: 10 }] });
  await post(edge, `${property}/rates:batchUpdate`, { updates: [{ ratePlan, roomType, ...season, nightlyPrice }] });
  return { property, roomType, ratePlan };
}
