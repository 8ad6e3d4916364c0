import type { Prisma } from "../../generated/prisma/client.ts";
import type { CaptureTiming, MealPlan, Property, RatePlan, RoomType, TaxBasis, TaxRule } from "../domain/catalog.ts";
import { policyOf } from "./reservation-rows.ts";

type PropertyRow = Prisma.PropertyGetPayload<object>;
type RoomTypeRow = Prisma.RoomTypeGetPayload<object>;
type RatePlanRow = Prisma.RatePlanGetPayload<object>;

interface TaxRuleJson {
  readonly code: string;
  readonly name: string;
  readonly per: TaxBasis["per"];
  /** Basis points or minor units. */
  readonly amount: string;
  readonly included: boolean;
}

export const propertyOf = (row: PropertyRow): Property => ({
  partner: row.partner,
  id: row.propertyId,
  displayName: row.displayName,
  timeZone: row.timeZone,
  currencyCode: row.currencyCode,
  ...(row.latitude === null || row.longitude === null
    ? {}
    : { location: { latitude: row.latitude, longitude: row.longitude } }),
  checkInTime: row.checkInTime,
  checkOutTime: row.checkOutTime,
  addressLines: row.addressLines,
  contactEmail: row.contactEmail,
  contactPhone: row.contactPhone,
  // Written by taxRulesJson, and by nobody else.
  taxRules: (row.taxRules as unknown as readonly TaxRuleJson[]).map(taxRuleOf),
  archived: row.archived,
  createTime: row.createTime,
  updateTime: row.updateTime,
  version: row.version,
});

export const roomTypeOf = (row: RoomTypeRow): RoomType => ({
  partner: row.partner,
  property: row.propertyId,
  id: row.roomTypeId,
  displayName: row.displayName,
  description: row.description,
  maxAdults: row.maxAdults,
  maxGuests: row.maxGuests,
  archived: row.archived,
  createTime: row.createTime,
  updateTime: row.updateTime,
  version: row.version,
});

export const ratePlanOf = (row: RatePlanRow): RatePlan => {
  // Written by tiersJson, and by nobody else.
  const policy = policyOf(row.tiers as readonly (readonly [number, number])[] | null);
  return {
    partner: row.partner,
    property: row.propertyId,
    id: row.ratePlanId,
    displayName: row.displayName,
    mealPlan: row.mealPlan as MealPlan,
    ...(policy === undefined ? {} : { policy }),
    captureTiming: row.captureTiming as CaptureTiming,
    archived: row.archived,
    createTime: row.createTime,
    updateTime: row.updateTime,
    version: row.version,
  };
};

export const taxRulesJson = (rules: readonly TaxRule[]): string =>
  JSON.stringify(
    rules.map(({ code, displayName, basis, included }): TaxRuleJson => {
      const amount = basis.per === "ROOM_PRICE" ? basis.basisPoints : basis.minorUnits;
      return { code, name: displayName, per: basis.per, amount: String(amount), included };
    }),
  );

const taxRuleOf = ({ code, name, per, amount, included }: TaxRuleJson): TaxRule => ({
  code,
  displayName: name,
  basis: per === "ROOM_PRICE" ? { per, basisPoints: Number(amount) } : { per, minorUnits: BigInt(amount) },
  included,
});
