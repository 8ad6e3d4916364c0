import { cardOf, type Kind } from "./tokens.ts";

/** What a caller asks for. */
export interface Order {
  readonly kind: Kind;
  readonly reference: string;
  readonly authorization: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly final: boolean;
  readonly card: string;
  readonly order: string;
  /** The bank does not begin with it after this moment, so that "not found" is a last word soon after. */
  readonly notAfter: number;
}

export type Read = { readonly order: Order } | { readonly problem: string };

const AMOUNT_MAX = 1_000_000_000_000_000n;

/** Reads the body of a request, or says what is wrong with it. */
export function readOrder(kind: Kind, body: unknown): Read {
  const field = fields(body);
  const reference = field("reference");
  if (!isReference(reference)) return { problem: "reference must be 1 to 100 letters, digits, - or _" };
  const authorization = kind === "authorize" ? reference : field("authorization");
  if (!isReference(authorization)) return { problem: "authorization must be the reference of an authorization" };
  const notAfter = field("notAfter") ?? Number.MAX_SAFE_INTEGER;
  if (typeof notAfter !== "number") return { problem: "notAfter must be a number of milliseconds" };
  const order = field("order") ?? "";
  if (typeof order !== "string" || order.length > 200) return { problem: "order must be a text of at most 200" };
  const token = field("token") ?? "";
  if (typeof token !== "string" || token.length > 256) return { problem: "token must be a text of at most 256" };
  const money = kind === "void" ? { currency: "", amount: 0n } : readMoney(fields(field("amount")));
  if (money === undefined) return { problem: "amount must be {currencyCode, minorUnits}, more than nothing" };
  const final = kind === "capture" && field("final") === true;
  const card = kind === "authorize" ? cardOf(token) : "unknown";
  return { order: { kind, reference, authorization, ...money, final, card, order, notAfter } };
}

export const isReference = (value: unknown): value is string =>
  typeof value === "string" && /^[\w-]{1,100}$/.test(value);

export function fields(body: unknown): (name: string) => unknown {
  return (name) =>
    typeof body === "object" && body !== null && Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
}

function readMoney(field: (name: string) => unknown): { currency: string; amount: bigint } | undefined {
  const currency = field("currencyCode");
  const minorUnits = field("minorUnits");
  if (typeof currency !== "string" || !/^[A-Z]{3}$/.test(currency)) return undefined;
  if (typeof minorUnits !== "string" || !/^\d{1,16}$/.test(minorUnits)) return undefined;
  const amount = BigInt(minorUnits);
  return amount > 0n && amount <= AMOUNT_MAX ? { currency, amount } : undefined;
}
