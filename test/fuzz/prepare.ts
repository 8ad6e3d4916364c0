/** What sound requests speak of: a property with a room and a plan, as the names in test/contract have them. */
export async function prepare(baseUrl: string, key: string): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const answer = await fetch(baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  };
  const location = { latitude: 38.72, longitude: -9.14 };
  await post("/v1/properties?propertyId=lisbon-city", {
    ...{ displayName: "Lisbon City", timeZone: "Europe/Lisbon", currencyCode: "EUR", location },
  });
  const property = "/v1/properties/lisbon-city";
  await post(`${property}/roomTypes?roomTypeId=double`, { displayName: "Double", maxAdults: 2, maxGuests: 4 });
  const tiers = [{ untilHoursBeforeCheckIn: 0, penaltyPercent: 100 }];
  await post(`${property}/ratePlans?ratePlanId=flex`, {
    displayName: "Flexible",
    mealPlan: "BREAKFAST",
    cancellationPolicy: { tiers },
  });
  const roomType = "properties/lisbon-city/roomTypes/double";
  const span = { roomType, startDate: "2027-03-01", endDate: "2027-06-01" };
  await post(`${property}/inventory:batchUpdate`, { updates: [{ ...span, capacity: 200 }] });
  const ratePlan = "properties/lisbon-city/ratePlans/flex";
  const nightlyPrice = { currencyCode: "EUR", minorUnits: "12900" };
  await post(`${property}/rates:batchUpdate`, { updates: [{ ...span, ratePlan, nightlyPrice }] });
}
