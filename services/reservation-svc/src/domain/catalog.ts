import type { Policy } from "./cancellation.ts";

export type MealPlan = "ROOM_ONLY" | "BREAKFAST" | "HALF_BOARD" | "FULL_BOARD" | "ALL_INCLUSIVE";
export type CaptureTiming = "AT_CONFIRM" | "AT_CHECK_IN";

export type TaxBasis =
  | { readonly per: "ROOM_PRICE"; readonly basisPoints: number }
  | { readonly per: "ROOM_NIGHT"; readonly minorUnits: bigint }
  | { readonly per: "ADULT_NIGHT"; readonly minorUnits: bigint };

export interface TaxRule {
  readonly code: string;
  readonly displayName: string;
  readonly basis: TaxBasis;
  /** True where the room price contains it already. */
  readonly included: boolean;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

interface Kept {
  readonly partner: string;
  readonly archived: boolean;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly version: number;
}

export interface Property extends Kept {
  readonly id: string;
  readonly displayName: string;
  readonly timeZone: string;
  readonly currencyCode: string;
  readonly location?: Place;
  readonly checkInTime: string;
  readonly checkOutTime: string;
  readonly addressLines: readonly string[];
  readonly contactEmail: string;
  readonly contactPhone: string;
  readonly taxRules: readonly TaxRule[];
}

export interface RoomType extends Kept {
  readonly property: string;
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly maxAdults: number;
  /** 0: as many as adults. */
  readonly maxGuests: number;
}

export interface RatePlan extends Kept {
  readonly property: string;
  readonly id: string;
  readonly displayName: string;
  readonly mealPlan: MealPlan;
  /** Absent where none was given; like one without tiers it costs nothing. */
  readonly policy?: Policy;
  readonly captureTiming: CaptureTiming;
}

/** A property with everything that is sold of it, as it was at one version. */
export interface Catalog {
  readonly version: bigint;
  readonly property: Property;
  readonly roomTypes: ReadonlyMap<string, RoomType>;
  readonly ratePlans: ReadonlyMap<string, RatePlan>;
}

export const fits = (roomType: RoomType, adults: number, children: number): boolean =>
  adults <= roomType.maxAdults && adults + children <= Math.max(roomType.maxGuests, roomType.maxAdults);
