import type { TaxRule } from "./catalog.ts";
import { shareOf, sumOf } from "./money.ts";

/** A tax or fee of a whole stay. */
export interface TaxOrFee {
  readonly code: string;
  readonly displayName: string;
  readonly amount: bigint;
  readonly included: boolean;
}

/** What of a stay prices are made of. */
export interface PricedRoom {
  readonly adults: number;
  readonly nightlyPrices: readonly bigint[];
}

export interface Price {
  readonly roomTotal: bigint;
  readonly taxes: readonly TaxOrFee[];
  /** The price of the rooms and what is not contained in it. */
  readonly total: bigint;
}

/** The price of a whole stay: each tax is taken of the whole and rounded once. */
export const priceOf = (rooms: readonly PricedRoom[], rules: readonly TaxRule[]): Price => {
  const roomTotal = sumOf(rooms.flatMap((room) => room.nightlyPrices));
  const roomNights = sumOf(rooms.map((room) => BigInt(room.nightlyPrices.length)));
  const adultNights = sumOf(rooms.map((room) => BigInt(room.adults * room.nightlyPrices.length)));
  const taxes = rules.map((rule) => ({
    code: rule.code,
    displayName: rule.displayName,
    amount: amountOf(rule, roomTotal, roomNights, adultNights),
    included: rule.included,
  }));
  const onTop = sumOf(taxes.filter((tax) => !tax.included).map((tax) => tax.amount));
  return { roomTotal, taxes, total: roomTotal + onTop };
};

const amountOf = (rule: TaxRule, roomTotal: bigint, roomNights: bigint, adultNights: bigint): bigint => {
  switch (rule.basis.per) {
    case "ROOM_PRICE": {
      const points = BigInt(rule.basis.basisPoints);
      // A price that contains the tax is the net price and the tax on it.
      return shareOf(roomTotal, points, rule.included ? 10_000n + points : 10_000n);
    }
    case "ROOM_NIGHT":
      return rule.basis.minorUnits * roomNights;
    case "ADULT_NIGHT":
      return rule.basis.minorUnits * adultNights;
  }
};
