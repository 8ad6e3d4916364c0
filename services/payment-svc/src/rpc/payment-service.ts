import type { PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import type { Money as MoneyMessage } from "@staymesh/proto/staymesh/type/v1/money";
import type { Handlers } from "@staymesh/service-kit";
import { Refusal } from "@staymesh/service-kit/refusal";
import { authorizePayment } from "../app/authorize-payment.ts";
import { capturePayment } from "../app/capture-payment.ts";
import type { Deps } from "../app/deps.ts";
import { getPayment } from "../app/get-payment.ts";
import { getRefund } from "../app/get-refund.ts";
import { listPayments } from "../app/list-payments.ts";
import { refundPayment } from "../app/refund-payment.ts";
import { resolvePayment } from "../app/resolve-payment.ts";
import { voidPayment } from "../app/void-payment.ts";
import type { Money } from "../domain/intend.ts";
import { renderPayment, renderRefund } from "./render.ts";

export const paymentHandlers = (deps: Deps): Handlers<typeof PaymentServiceService> => ({
  async authorizePayment(request, call) {
    const { paymentMethodToken: token, ...rest } = plain(request);
    const amount = moneyOf(request.amount);
    if (amount === undefined) throw new Refusal("INVALID_REQUEST", "amount is missing.");
    return renderPayment(await authorizePayment(deps, { ...rest, amount, token }, call));
  },
  getPayment: async ({ name }, call) => renderPayment(await getPayment(deps, name, call)),
  async listPayments(request, call) {
    const { items, nextPageToken } = await listPayments(deps, request, call);
    return { payments: items.map(renderPayment), nextPageToken };
  },
  capturePayment: async (request, call) =>
    renderPayment(await capturePayment(deps, { ...plain(request), amount: moneyOf(request.amount) }, call)),
  voidPayment: async (request, call) => renderPayment(await voidPayment(deps, plain(request), call)),
  refundPayment: async (request, call) =>
    renderRefund(await refundPayment(deps, { ...plain(request), amount: moneyOf(request.amount) }, call)),
  getRefund: async ({ name }, call) => renderRefund(await getRefund(deps, name, call)),
  resolvePayment: async (request, call) => renderPayment(await resolvePayment(deps, plain(request), call)),
});

/** A UUID is the same in capitals and in small letters, so that its request is too. */
const plain = <T extends { readonly requestId: string }>(request: T): T => ({
  ...request,
  requestId: request.requestId.toLowerCase(),
});

function moneyOf(message: MoneyMessage | undefined): Money | undefined {
  return message === undefined ? undefined : { currencyCode: message.currencyCode, minorUnits: message.minorUnits };
}
