import {
  type CancellationPolicy,
  CatalogState,
  type Property as PropertyMessage,
  RatePlan_CaptureTiming,
  RatePlan_MealPlan,
  type RatePlan as RatePlanMessage,
  type RoomType as RoomTypeMessage,
  type TaxRule as TaxRuleMessage,
} from "@staymesh/proto/staymesh/reservation/v1/catalog";
import type { Policy } from "../domain/cancellation.ts";
import type { MealPlan, Property, RatePlan, RoomType, TaxBasis, TaxRule } from "../domain/catalog.ts";
import { propertyName, ratePlanName, roomTypeName } from "../domain/names.ts";
import { invalid } from "../domain/refusals.ts";
import { masked } from "./field-mask.ts";
import { nameOf, timestamp } from "./wire.ts";

const CHECK_IN_STANDARD = "15:00";
const CHECK_OUT_STANDARD = "11:00";

const keptFields = (kept: Pick<Property, "archived" | "createTime" | "updateTime" | "version">) => ({
  state: kept.archived ? CatalogState.ARCHIVED : CatalogState.ACTIVE,
  createTime: timestamp(kept.createTime),
  updateTime: timestamp(kept.updateTime),
  etag: String(kept.version),
});

export const propertyMessage = (property: Property): PropertyMessage => ({
  name: propertyName(property.id),
  displayName: property.displayName,
  timeZone: property.timeZone,
  currencyCode: property.currencyCode,
  location: property.location,
  checkInTime: property.checkInTime,
  checkOutTime: property.checkOutTime,
  addressLines: property.addressLines,
  contactEmail: property.contactEmail,
  contactPhone: property.contactPhone,
  taxRules: property.taxRules.map(taxRuleMessage),
  ...keptFields(property),
});

export const roomTypeMessage = (roomType: RoomType): RoomTypeMessage => ({
  name: roomTypeName(roomType.property, roomType.id),
  displayName: roomType.displayName,
  description: roomType.description,
  maxAdults: roomType.maxAdults,
  maxGuests: roomType.maxGuests,
  ...keptFields(roomType),
});

export const ratePlanMessage = (ratePlan: RatePlan): RatePlanMessage => ({
  name: ratePlanName(ratePlan.property, ratePlan.id),
  displayName: ratePlan.displayName,
  mealPlan: RatePlan_MealPlan[ratePlan.mealPlan],
  cancellationPolicy: policyMessage(ratePlan.policy),
  captureTiming: RatePlan_CaptureTiming[ratePlan.captureTiming],
  ...keptFields(ratePlan),
});

export const policyMessage = (policy: Policy | undefined): CancellationPolicy | undefined =>
  policy === undefined ? undefined : { tiers: policy };

const taxRuleMessage = ({ code, displayName, basis, included }: TaxRule): TaxRuleMessage => ({
  code,
  displayName,
  basis: basisMessage(basis),
  included,
});

const basisMessage = (basis: TaxBasis): TaxRuleMessage["basis"] => {
  switch (basis.per) {
    case "ROOM_PRICE":
      return { $case: "basisPoints", value: basis.basisPoints };
    case "ROOM_NIGHT":
      return { $case: "minorUnitsPerRoomNight", value: basis.minorUnits };
    case "ADULT_NIGHT":
      return { $case: "minorUnitsPerAdultNight", value: basis.minorUnits };
  }
};

/** What of a property's message a caller may set. */
export const propertyFields = (message: PropertyMessage) => ({
  displayName: message.displayName,
  timeZone: message.timeZone,
  currencyCode: message.currencyCode,
  location: message.location,
  checkInTime: message.checkInTime,
  checkOutTime: message.checkOutTime,
  addressLines: message.addressLines,
  contactEmail: message.contactEmail,
  contactPhone: message.contactPhone,
  taxRules: message.taxRules.map(taxRuleOf),
});

export const withStandardTimes = <F extends { readonly checkInTime?: string; readonly checkOutTime?: string }>(
  fields: F,
): F => ({
  ...fields,
  ...(fields.checkInTime === "" ? { checkInTime: CHECK_IN_STANDARD } : {}),
  ...(fields.checkOutTime === "" ? { checkOutTime: CHECK_OUT_STANDARD } : {}),
});

export const roomTypeFields = (message: RoomTypeMessage) => ({
  displayName: message.displayName,
  description: message.description,
  maxAdults: message.maxAdults,
  maxGuests: message.maxGuests,
});

export const ratePlanFields = (message: RatePlanMessage) => ({
  displayName: message.displayName,
  mealPlan: mealPlanOf(message.mealPlan) ?? ("ROOM_ONLY" as const),
  policy: message.cancellationPolicy?.tiers,
  captureTiming:
    message.captureTiming === RatePlan_CaptureTiming.AT_CHECK_IN ? ("AT_CHECK_IN" as const) : ("AT_CONFIRM" as const),
});

/** What an update of a rate plan changes. */
export const ratePlanPatch = (message: RatePlanMessage, mask: readonly string[] | undefined) => {
  const { displayName, mealPlan, policy, captureTiming } = ratePlanFields(message);
  const hasMask = mask !== undefined && mask.length > 0;
  const named = masked(
    {
      displayName,
      // Without a mask an enum that was left at 0 was not given.
      mealPlan: hasMask || message.mealPlan !== 0 ? mealPlan : undefined,
      cancellationPolicy: policy,
      captureTiming: hasMask || message.captureTiming !== 0 ? captureTiming : undefined,
    },
    mask,
  );
  const { cancellationPolicy, ...others } = named;
  return {
    ...definedOnly(others),
    ...(Object.hasOwn(named, "cancellationPolicy") ? { policy: cancellationPolicy } : {}),
  };
};

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The same fields without those that are undefined. */
const definedOnly = <T extends object>(fields: T): Defined<T> =>
  // Only fields of T are left.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;

const MEAL_PLANS: readonly MealPlan[] = ["ROOM_ONLY", "BREAKFAST", "HALF_BOARD", "FULL_BOARD", "ALL_INCLUSIVE"];

export const mealPlanOf = (value: number): MealPlan | undefined => {
  const name = nameOf(RatePlan_MealPlan, value);
  return MEAL_PLANS.find((known) => known === name);
};

const taxRuleOf = ({ code, displayName, basis, included }: TaxRuleMessage, index: number): TaxRule => {
  if (basis === undefined) {
    throw invalid(`property.tax_rules[${index}]`, "A tax rule says how its amount comes about.", "required");
  }
  return { code, displayName, included, basis: basisOf(basis) };
};

const basisOf = (basis: NonNullable<TaxRuleMessage["basis"]>): TaxBasis => {
  switch (basis.$case) {
    case "basisPoints":
      return { per: "ROOM_PRICE", basisPoints: basis.value };
    case "minorUnitsPerRoomNight":
      return { per: "ROOM_NIGHT", minorUnits: basis.value };
    case "minorUnitsPerAdultNight":
      return { per: "ADULT_NIGHT", minorUnits: basis.value };
  }
};
