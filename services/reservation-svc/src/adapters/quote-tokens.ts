import { createHmac, timingSafeEqual } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { QuoteTokens } from "../app/ports.ts";
import { nightsOf } from "../domain/day.ts";
import type { Quote } from "../domain/quote.ts";
import type { ReservedRoom } from "../domain/reservation.ts";

/** As long as the contract lets a token be. */
const TOKEN_CHARS_MAX = 16_384;
const PAYLOAD_BYTES_MAX = 1_000_000;

/** Prices as runs of [nights, minor units], which is short where prices repeat. */
type Runs = readonly (readonly [number, string])[];

type Payload = readonly [
  form: 1,
  partner: string,
  property: string,
  expiresMs: number,
  checkIn: string,
  checkOut: string,
  rooms: readonly (readonly [string, string, number, number, number])[],
  prices: readonly Runs[],
  currencyCode: string,
  roomTotal: string,
  taxes: readonly (readonly [string, string, string, boolean])[],
  total: string,
  tiers: readonly (readonly [number, number])[] | null,
  captureTiming: Quote["captureTiming"],
];

/** Quotes as tokens that say everything by themselves, signed with HMAC-SHA-256. */
export function quoteTokens(signingKey: string): QuoteTokens {
  const sign = (payload: Buffer) => createHmac("sha256", signingKey).update(payload).digest();
  return {
    sign: (quote) => {
      const payload = deflateRawSync(JSON.stringify(packed(quote)));
      const token = `${payload.toString("base64url")}.${sign(payload).toString("base64url")}`;
      return token.length <= TOKEN_CHARS_MAX ? token : undefined;
    },
    read: (token) => {
      const [body = "", signature = ""] = token.split(".");
      const payload = Buffer.from(body, "base64url");
      const given = Buffer.from(signature, "base64url");
      const own = sign(payload);
      if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
      // Only what was signed here is ever inflated.
      return unpacked(JSON.parse(inflateRawSync(payload, { maxOutputLength: PAYLOAD_BYTES_MAX }).toString("utf8")));
    },
  };
}

function packed(quote: Quote): Payload {
  const lists: string[] = [];
  const rooms = quote.rooms.map(({ roomType, ratePlan, adults, children, nightlyPrices }) => {
    const list = JSON.stringify(runsOf(nightlyPrices));
    const known = lists.indexOf(list);
    const index = known === -1 ? lists.push(list) - 1 : known;
    return [roomType, ratePlan ?? "", adults, children, index] as const;
  });
  return [
    1,
    quote.partner,
    quote.property,
    quote.expireTime.getTime(),
    quote.checkIn,
    quote.checkOut,
    rooms,
    lists.map((list): Runs => JSON.parse(list)),
    quote.currencyCode,
    String(quote.roomTotal),
    quote.taxes.map((tax) => [tax.code, tax.displayName, String(tax.amount), tax.included] as const),
    String(quote.total),
    quote.policy?.map((tier) => [tier.untilHoursBeforeCheckIn, tier.penaltyPercent] as const) ?? null,
    quote.captureTiming,
  ];
}

function unpacked(payload: Payload): Quote {
  const [
    ,
    partner,
    property,
    expiresMs,
    checkIn,
    checkOut,
    rooms,
    lists,
    currencyCode,
    roomTotal,
    taxes,
    total,
    tiers,
  ] = payload;
  const nights = nightsOf(checkIn, checkOut).length;
  const prices = lists.map((runs) => runs.flatMap(([count, price]) => Array<bigint>(count).fill(BigInt(price))));
  return {
    partner,
    property,
    expireTime: new Date(expiresMs),
    checkIn,
    checkOut,
    rooms: rooms.map(([roomType, ratePlan, adults, children, list]): ReservedRoom => {
      const nightlyPrices = prices[list] ?? [];
      if (nightlyPrices.length !== nights) throw new Error("a signed quote does not fit its own nights");
      return { roomType, ratePlan, adults, children, agreedNightlyPrice: undefined, nightlyPrices };
    }),
    currencyCode,
    roomTotal: BigInt(roomTotal),
    taxes: taxes.map(([code, displayName, amount, included]) => ({
      code,
      displayName,
      amount: BigInt(amount),
      included,
    })),
    total: BigInt(total),
    policy: tiers?.map(([untilHoursBeforeCheckIn, penaltyPercent]) => ({ untilHoursBeforeCheckIn, penaltyPercent })),
    captureTiming: payload[13],
  };
}

function runsOf(prices: readonly bigint[]): Runs {
  const runs: [number, string][] = [];
  for (const price of prices.map(String)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === price) last[0]++;
    else runs.push([1, price]);
  }
  return runs;
}
