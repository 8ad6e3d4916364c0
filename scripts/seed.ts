// Lays the demo catalogue through the public API. It may run any number of times: what is there stays, and the days that have
// come into sight since are added.
import type { DemoHotel } from "./seed/demo-catalogue.ts";
import { demoHotels, demoPlans } from "./seed/demo-catalogue.ts";
import type { Rest } from "./seed/rest.ts";
import { openRest } from "./seed/rest.ts";

const daysAhead = 400;
const dayMs = 86_400_000;
const weekend = ["FRIDAY", "SATURDAY"];
const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY"];

export async function seed(options: {
  readonly baseUrl: string;
  readonly key: string;
  readonly now: Date;
}): Promise<string> {
  const rest = openRest(options.baseUrl, options.key);
  const today = dayOf(options.now.getTime());
  const end = dayOf(options.now.getTime() + daysAhead * dayMs);
  let nights = 0;
  for (const hotel of demoHotels) {
    await layCatalogue(rest, hotel);
    const start = await firstOpenDay(rest, hotel, today, end);
    if (start >= end) continue;
    await layInventory(rest, hotel, start, end);
    nights += (Date.parse(end) - Date.parse(start)) / dayMs;
  }
  return nights === 0 ? "there already" : `${demoHotels.length} hotels, ${nights} nights added`;
}

async function layCatalogue(rest: Rest, { id, property, rooms }: DemoHotel): Promise<void> {
  await rest.post(`/v1/properties?propertyId=${id}`, property);
  for (const { id: room, displayName, description, maxAdults, maxGuests } of rooms) {
    const body = { displayName, description, maxAdults, maxGuests };
    await rest.post(`/v1/properties/${id}/roomTypes?roomTypeId=${room}`, body);
  }
  for (const { id: plan, plan: body } of demoPlans) {
    await rest.post(`/v1/properties/${id}/ratePlans?ratePlanId=${plan}`, body);
  }
}

async function layInventory(rest: Rest, hotel: DemoHotel, startDate: string, endDate: string): Promise<void> {
  const parent = `properties/${hotel.id}`;
  const roomType = (room: string) => `${parent}/roomTypes/${room}`;
  await rest.post(`/v1/${parent}/rates:batchUpdate`, {
    updates: hotel.rooms.flatMap((room) =>
      demoPlans.flatMap((plan) =>
        [
          { daysOfWeek: weekdays, price: room.weekdayPrice },
          { daysOfWeek: weekend, price: room.weekendPrice },
        ].map(({ daysOfWeek, price }) => ({
          ratePlan: `${parent}/ratePlans/${plan.id}`,
          roomType: roomType(room.id),
          startDate,
          endDate,
          daysOfWeek,
          nightlyPrice: { currencyCode: "EUR", minorUnits: String((price * plan.pricePercent) / 100) },
        })),
      ),
    ),
  });
  // Last, since its days are what the next run takes for laid.
  await rest.post(`/v1/${parent}/inventory:batchUpdate`, {
    updates: hotel.rooms.map((room) => ({ roomType: roomType(room.id), startDate, endDate, capacity: room.capacity })),
  });
}

// The day after the last one that has rooms. Days before it are left alone, since somebody may have changed them.
async function firstOpenDay(rest: Rest, hotel: DemoHotel, today: string, end: string): Promise<string> {
  let next = today;
  let pageToken = "";
  do {
    const room = `properties/${hotel.id}/roomTypes/${hotel.rooms[0]?.id}`;
    const query = new URLSearchParams({ startDate: today, endDate: end, roomTypes: room, pageToken });
    const page = await rest.get(`/v1/properties/${hotel.id}/calendar?${query}`);
    for (const { date, capacity } of daysOf(page)) {
      const following = dayOf(Date.parse(date) + dayMs);
      if (capacity > 0 && following > next) next = following;
    }
    pageToken = tokenOf(page);
  } while (pageToken !== "");
  return next;
}

function daysOf(page: unknown): readonly { readonly date: string; readonly capacity: number }[] {
  if (typeof page !== "object" || page === null || !("days" in page) || !Array.isArray(page.days)) return [];
  return page.days.map(({ date, capacity }: { date: string; capacity?: number }) => ({
    date,
    capacity: capacity ?? 0,
  }));
}

function tokenOf(page: unknown): string {
  const has = typeof page === "object" && page !== null && "nextPageToken" in page;
  return has && typeof page.nextPageToken === "string" ? page.nextPageToken : "";
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
