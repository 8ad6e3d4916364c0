import { type CallContext, hasGrant } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import type { Payment } from "../domain/payment.ts";
import type { RequestKey, Scope } from "./ports.ts";

export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const paymentName = (paymentId: string): string => `payments/${paymentId}`;

export const notFound = (name: string): Refusal => new Refusal("NOT_FOUND", `There is no ${name}.`, { name });

/** The ids in a name such as payments/x/refunds/y; a name that cannot be one of ours names nothing. */
export function idsOf(name: string): readonly [string, string] {
  const [, paymentId = "", , refundId = ""] = name.split("/");
  if (!uuid.test(paymentId) || (refundId !== "" && !uuid.test(refundId))) throw notFound(name);
  return [paymentId, refundId];
}

/** The payment, if the caller may see it. */
export function granted(payment: Payment | undefined, name: string, call: CallContext): Payment {
  if (payment === undefined) throw notFound(name);
  checkGrant(payment.property, call);
  return payment;
}

export function checkGrant(property: string, call: CallContext): void {
  if (property === "" || hasGrant(call.principal, property)) return;
  throw new Refusal("PROPERTY_NOT_GRANTED", `The key has no grant for the property ${property}.`, { property });
}

/** Which rows the caller may see. */
export const scopeOf = ({ principal }: CallContext): Scope => ({
  partner: principal.partner,
  properties: principal.properties.has("*") ? undefined : [...principal.properties],
});

export const requestKey = (call: CallContext, requestId: string): RequestKey => ({
  partner: call.principal.partner,
  requestId,
  method: call.method.fullName,
  fingerprint: call.fingerprint,
});

/** The property in the name of a reservation; empty where there is none. */
export const propertyOf = (reservation: string): string => reservation.split("/")[1] ?? "";
