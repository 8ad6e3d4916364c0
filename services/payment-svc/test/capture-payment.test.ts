import { randomUUID } from "node:crypto";
import { expect } from "chai";
import {
  authorization,
  capture,
  euros,
  letGo,
  reasonOf,
  startService,
  stateOf,
  type TestService,
  until,
} from "./support/service.ts";

describe("CapturePayment", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
  });
  after(() => service[Symbol.asyncDispose]());
  const authorized = (token = "tok_visa") => service.payments.authorizePayment(authorization(token));

  it("takes all that is kept ready", async () => {
    const payment = await service.payments.capturePayment(capture(await authorized()));
    expect(stateOf(payment)).to.equal("CAPTURED");
    expect(payment.captured).to.deep.equal(euros(10_000));
    expect(await service.bookOf(payment)).to.include({ held: 0n, captured: 10_000n });
  });

  it("takes a part and lets the rest go", async () => {
    const payment = await service.payments.capturePayment(capture(await authorized(), 6000));
    expect(payment).to.deep.include({ captured: euros(6000), voided: euros(4000), operationPending: false });
    expect(await service.bookOf(payment)).to.include({ held: 0n, captured: 6000n, voided: 4000n });
  });

  it("refuses more than there is, another currency and a second capture, and says so again", async () => {
    const payment = await authorized();
    const tooMuch = capture(payment, 10_001);
    expect(await reasonOf(service.payments.capturePayment(tooMuch))).to.equal("AMOUNT_TOO_LARGE");
    const dollars = { ...capture(payment), amount: { currencyCode: "USD", minorUnits: 1n } };
    expect(await reasonOf(service.payments.capturePayment(dollars))).to.equal("CURRENCY_MISMATCH");
    expect(await reasonOf(service.payments.capturePayment(capture(payment, 0)))).to.equal("INVALID_REQUEST");
    await service.payments.capturePayment(capture(payment));
    const second = capture(payment);
    expect(await reasonOf(service.payments.capturePayment(second))).to.equal("PAYMENT_STATE_INVALID");
    expect(await reasonOf(service.payments.capturePayment(second))).to.equal("PAYMENT_STATE_INVALID");
    expect(await reasonOf(service.payments.capturePayment(tooMuch))).to.equal("AMOUNT_TOO_LARGE");
  });

  it("lets exactly one of many captures at once win", async () => {
    const payment = await authorized();
    const reasons = await Promise.all(
      Array.from({ length: 20 }, () => reasonOf(service.payments.capturePayment(capture(payment)))),
    );
    expect(reasons.filter((reason) => reason === "")).to.have.length(1);
    expect(new Set(reasons)).to.satisfy((all: Set<string>) =>
      [...all].every((reason) => ["", "OPERATION_PENDING", "PAYMENT_STATE_INVALID"].includes(reason)),
    );
    expect(await service.bookOf(payment)).to.include({ captured: 10_000n });
  });

  it("gives 100 equal requests one answer and one effect", async () => {
    const request = capture(await authorized(), 700);
    const answers = await Promise.all(Array.from({ length: 100 }, () => service.payments.capturePayment(request)));
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    expect(await reasonOf(service.payments.capturePayment({ ...request, amount: euros(1) }))).to.equal(
      "IDEMPOTENCY_KEY_REUSED",
    );
  });

  it("leaves the authorization as it is where the bank says no", async () => {
    const payment = await authorized("tok_capture_decline");
    expect(await reasonOf(service.payments.capturePayment(capture(payment)))).to.equal("CARD_DECLINED");
    const after = await service.payments.getPayment({ name: payment.name });
    expect(after).to.deep.include({ operationPending: false, captured: euros(0) });
    expect(stateOf(await service.payments.voidPayment(letGo(payment)))).to.equal("VOIDED");
  });

  it("ends a capture whose answer was lost", async () => {
    const request = capture(await authorized("tok_capture_timeout"));
    const open = await service.payments.capturePayment(request);
    expect(open).to.include({ operationPending: true });
    expect(stateOf(open)).to.equal("AUTHORIZED");
    expect(await reasonOf(service.payments.voidPayment(letGo(open)))).to.equal("OPERATION_PENDING");
    const after = await until(service.payments, open, "CAPTURED");
    expect(await service.payments.capturePayment(request)).to.deep.equal(after);
  });

  it("lets the same request try anew once it is known that nothing happened", async function () {
    this.timeout(40_000);
    const request = capture(await authorized("tok_capture_drop"));
    const open = await service.payments.capturePayment(request);
    expect(open.operationPending).to.equal(true);
    await until(service.payments, open, "AUTHORIZED");
    const again = await service.payments.capturePayment(request);
    expect(again.operationPending).to.equal(true);
    await until(service.payments, open, "AUTHORIZED");
    expect(stateOf(await service.payments.voidPayment(letGo(open)))).to.equal("VOIDED");
    expect(await service.bookOf(open)).to.include({ captured: 0n, held: 0n });
  });

  it("refuses a capture of something else than what was read", async () => {
    const payment = await authorized();
    const stale = { ...capture(payment), etag: "99" };
    expect(await reasonOf(service.payments.capturePayment(stale))).to.equal("ETAG_MISMATCH");
    // An entity tag stands in double quotes in HTTP alone, where the edge puts them on and takes them off.
    expect(payment.etag).to.match(/^\d+$/);
    const current = { ...capture(payment), etag: payment.etag };
    expect(stateOf(await service.payments.capturePayment(current))).to.equal("CAPTURED");
  });

  it("answers as it would and changes nothing when it only validates", async () => {
    const payment = await authorized();
    const tried = await service.payments.capturePayment({ ...capture(payment, 1), validateOnly: true });
    expect(stateOf(tried)).to.equal("CAPTURED");
    expect(stateOf(await service.payments.getPayment({ name: payment.name }))).to.equal("AUTHORIZED");
    expect(await service.bookOf(payment)).to.include({ captured: 0n, held: 10_000n });
  });

  it("knows no payment that is not there", async () => {
    for (const name of [`payments/${randomUUID()}`, "payments/abc"]) {
      const request = { name, amount: undefined, etag: "", requestId: randomUUID(), validateOnly: false };
      expect(await reasonOf(service.payments.capturePayment(request))).to.equal("NOT_FOUND");
    }
  });
});
