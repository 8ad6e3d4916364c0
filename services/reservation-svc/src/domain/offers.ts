import type { Policy } from "./cancellation.ts";
import { type Catalog, fits, type MealPlan } from "./catalog.ts";
import { type Day, nightsOf } from "./day.ts";
import { AMOUNT_MAX } from "./money.ts";
import { type Night, refusalOfNights } from "./nights.ts";
import { priceOf } from "./pricing.ts";

/** What is looked for at one property. */
export interface StayWish {
  readonly checkIn: Day;
  readonly checkOut: Day;
  readonly adults: number;
  readonly children: number;
  readonly rooms: number;
  readonly mealPlan: MealPlan | undefined;
  readonly maxTotal: bigint | undefined;
}

export interface Offer {
  readonly roomType: string;
  readonly ratePlan: string;
  readonly available: number;
  readonly total: bigint;
  readonly mealPlan: MealPlan;
  readonly policy: Policy | undefined;
}

/** Where nights and prices are looked up. */
export interface Looked {
  readonly night: (roomType: string, day: Day) => Night | undefined;
  readonly price: (roomType: string, ratePlan: string, day: Day) => bigint | undefined;
}

/** What a property offers for a stay, the cheapest first. */
export const offersOf = (catalog: Catalog, wish: StayWish, looked: Looked): readonly Offer[] => {
  if (catalog.property.archived) return [];
  const nights = nightsOf(wish.checkIn, wish.checkOut);
  const offers: Offer[] = [];
  for (const roomType of catalog.roomTypes.values()) {
    if (roomType.archived || !fits(roomType, wish.adults, wish.children)) continue;
    const nightOf = (day: Day) => looked.night(roomType.id, day);
    if (refusalOfNights(nights, wish.checkOut, wish.rooms, nightOf) !== undefined) continue;
    const available = Math.min(...nights.map((day) => nightOf(day)?.free ?? 0));
    for (const ratePlan of catalog.ratePlans.values()) {
      if (ratePlan.archived || (wish.mealPlan !== undefined && ratePlan.mealPlan !== wish.mealPlan)) continue;
      const nightlyPrices: bigint[] = [];
      for (const day of nights) {
        const price = looked.price(roomType.id, ratePlan.id, day);
        if (price === undefined) break;
        nightlyPrices.push(price);
      }
      if (nightlyPrices.length < nights.length) continue;
      const room = { adults: wish.adults, nightlyPrices };
      const { total } = priceOf(Array(wish.rooms).fill(room), catalog.property.taxRules);
      // What no amount can say no quote can promise.
      if (total > AMOUNT_MAX || (wish.maxTotal !== undefined && total > wish.maxTotal)) continue;
      const { mealPlan, policy } = ratePlan;
      offers.push({ roomType: roomType.id, ratePlan: ratePlan.id, available, total, mealPlan, policy });
    }
  }
  return offers.sort(byPrice);
};

const byPrice = (a: Offer, b: Offer): number => {
  if (a.total !== b.total) return a.total < b.total ? -1 : 1;
  if (a.roomType !== b.roomType) return a.roomType < b.roomType ? -1 : 1;
  return a.ratePlan < b.ratePlan ? -1 : 1;
};
