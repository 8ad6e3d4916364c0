import { Refund_State } from "@staymesh/proto/staymesh/payment/v1/payment";
import { expect } from "chai";
import {
  authorization,
  capture,
  euros,
  reasonOf,
  refund,
  startService,
  stateOf,
  type TestService,
} from "./support/service.ts";

describe("RefundPayment", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
  });
  after(() => service[Symbol.asyncDispose]());
  const captured = async (token = "tok_visa", amount = 600) =>
    service.payments.capturePayment(capture(await service.payments.authorizePayment(authorization(token, amount))));

  it("gives back parts until everything is given back", async () => {
    const payment = await captured();
    const first = await service.payments.refundPayment(refund(payment, 200));
    expect(first).to.deep.include({ state: Refund_State.SUCCEEDED, amount: euros(200) });
    expect(await service.payments.getRefund({ name: first.name })).to.deep.equal(first);
    expect(stateOf(await service.payments.getPayment({ name: payment.name }))).to.equal("CAPTURED");
    const rest = await service.payments.refundPayment(refund(payment));
    expect(rest.amount).to.deep.equal(euros(400));
    const after = await service.payments.getPayment({ name: payment.name });
    expect(stateOf(after)).to.equal("REFUNDED");
    expect(await reasonOf(service.payments.refundPayment(refund(payment, 1)))).to.equal("AMOUNT_TOO_LARGE");
    expect(await service.bookOf(payment)).to.include({ captured: 600n, refunded: 600n });
  });

  it("never gives back more than was taken, however many ask at once", async function () {
    this.timeout(30_000);
    const payment = await captured();
    const reasons = await Promise.all(
      Array.from({ length: 64 }, () => reasonOf(service.payments.refundPayment(refund(payment, 50)))),
    );
    expect(reasons.filter((reason) => reason === "")).to.have.length(12);
    expect(new Set(reasons)).to.deep.equal(new Set(["", "AMOUNT_TOO_LARGE"]));
    expect(await service.bookOf(payment)).to.include({ captured: 600n, refunded: 600n });
  });

  it("refuses what was not taken yet, and nothing", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_visa"));
    expect(await reasonOf(service.payments.refundPayment(refund(payment)))).to.equal("PAYMENT_STATE_INVALID");
    expect(await reasonOf(service.payments.refundPayment(refund(payment, 0)))).to.equal("INVALID_REQUEST");
  });

  it("shows a refund that the bank refused, and keeps the money refundable", async () => {
    const payment = await captured("tok_refund_decline");
    const request = refund(payment, 100);
    const declined = await service.payments.refundPayment(request);
    expect(declined.state).to.equal(Refund_State.DECLINED);
    expect(await service.payments.refundPayment(request)).to.deep.equal(declined);
    expect(await service.payments.getPayment({ name: payment.name })).to.deep.include({ refunded: euros(0) });
  });

  it("ends a refund whose answer was lost", async () => {
    const request = refund(await captured("tok_refund_timeout"));
    const open = await service.payments.refundPayment(request);
    expect(open.state).to.equal(Refund_State.PROCESSING);
    let after = open;
    while (after.state === Refund_State.PROCESSING) after = await service.payments.getRefund({ name: open.name });
    expect(after.state).to.equal(Refund_State.SUCCEEDED);
    expect(await service.payments.refundPayment(request)).to.deep.equal(after);
  });
});
