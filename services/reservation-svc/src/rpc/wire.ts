import type { Timestamp } from "@staymesh/proto/google/protobuf/timestamp";
import type { Money as MoneyMessage } from "@staymesh/proto/staymesh/type/v1/money";
import type { Money } from "../domain/money.ts";

export const timestamp = (instant: Date): Timestamp => {
  const ms = instant.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
};

export const optionalTimestamp = (instant: Date | undefined): Timestamp | undefined =>
  instant === undefined ? undefined : timestamp(instant);

export const money = (currencyCode: string, minorUnits: bigint): MoneyMessage => ({ currencyCode, minorUnits });

export const optionalMoney = (currencyCode: string, minorUnits: bigint | undefined): MoneyMessage | undefined =>
  minorUnits === undefined ? undefined : money(currencyCode, minorUnits);

export const moneyOf = (message: MoneyMessage | undefined): Money | undefined =>
  message === undefined ? undefined : { currencyCode: message.currencyCode, minorUnits: message.minorUnits };

/** The name of a value of a generated enum; undefined for 0 and for what this program does not know. */
export const nameOf = <E extends Readonly<Record<string, number>>>(values: E, value: number): keyof E | undefined =>
  value === 0 ? undefined : Object.keys(values).find((name) => values[name] === value);
