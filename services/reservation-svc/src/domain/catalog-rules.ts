import { Refusal } from "@staymesh/service-kit/refusal";
import type { Policy } from "./cancellation.ts";
import type { Property, RatePlan, RoomType } from "./catalog.ts";
import { propertyName } from "./names.ts";
import { isTimeZone } from "./property-time.ts";
import { archived, invalid } from "./refusals.ts";

/** The fields of a thing that a caller may set. */
export type PropertyFields = Omit<Property, keyof Given>;
export type RoomTypeFields = Omit<RoomType, keyof Given | "property">;
export type RatePlanFields = Omit<RatePlan, keyof Given | "property">;

interface Given {
  readonly partner: string;
  readonly id: string;
  readonly archived: boolean;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly version: number;
}

/** Fields that are to change; undefined takes an optional one away. */
export type Patch<T> = { readonly [K in keyof T]?: T[K] | undefined };

export const checkProperty = (property: PropertyFields, before?: Property): void => {
  if (!isTimeZone(property.timeZone)) {
    throw new Refusal("UNKNOWN_TIME_ZONE", `There is no time zone ${property.timeZone}.`, {
      timeZone: property.timeZone,
    });
  }
  const codes = property.taxRules.map((rule) => rule.code);
  if (new Set(codes).size < codes.length) throw invalid("property.tax_rules", "No two rules have the same code.");
  if (before !== undefined && before.currencyCode !== property.currencyCode) {
    throw invalid("property.currency_code", "The currency of a property stays as it was created.");
  }
};

export const checkPolicy = (policy: Policy | undefined): void => {
  const hours = (policy ?? []).map((tier) => tier.untilHoursBeforeCheckIn);
  if (new Set(hours).size === hours.length) return;
  throw invalid("rate_plan.cancellation_policy.tiers", "No two tiers have the same hours.");
};

/** Refuses what only something on sale may get. */
export const needOnSale = (property: Property | undefined): void => {
  if (property?.archived === true) throw archived(propertyName(property.id));
};
