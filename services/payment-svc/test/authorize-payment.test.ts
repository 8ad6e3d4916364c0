import { randomUUID } from "node:crypto";
import { Payment as PaymentMessage } from "@staymesh/proto/staymesh/payment/v1/payment";
import { expect } from "chai";
import { authorization, euros, reasonOf, startService, stateOf, type TestService, until } from "./support/service.ts";

describe("AuthorizePayment", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
  });
  after(() => service[Symbol.asyncDispose]());

  it("keeps money ready at the bank", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_visa"));
    expect(stateOf(payment)).to.equal("AUTHORIZED");
    expect(payment.authorized).to.deep.equal(euros(10_000));
    expect(payment.authorizationExpireTime).not.to.equal(undefined);
    expect(await service.bookOf(payment)).to.include({ held: 10_000n, status: "succeeded" });
  });

  for (const [token, code] of [
    ["tok_decline", "card_declined"],
    ["tok_insufficient_funds", "insufficient_funds"],
    ["tok_of_nobody", "invalid_token"],
  ] as const) {
    it(`answers with a declined payment for ${token}`, async () => {
      const payment = await service.payments.authorizePayment(authorization(token));
      expect(stateOf(payment)).to.equal("DECLINED");
      expect(payment.declineCode).to.equal(code);
      expect(payment.authorized).to.deep.equal(euros(0));
    });
  }

  it("sends the guest to the bank's page and knows when the guest has agreed", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_3ds"));
    expect(stateOf(payment)).to.equal("REQUIRES_ACTION");
    await fetch(payment.nextActionUrl, { method: "POST" });
    const after = await until(service.payments, payment, "AUTHORIZED");
    expect(after.nextActionUrl).to.equal("");
  });

  it("declines where the guest does not agree", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_3ds"));
    await fetch(payment.nextActionUrl, { method: "POST", body: new URLSearchParams({ outcome: "decline" }) });
    expect((await until(service.payments, payment, "DECLINED")).declineCode).to.equal("authentication_failed");
  });

  it("is processing while the bank is, and then authorized", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_pending"));
    expect(stateOf(payment)).to.equal("PROCESSING");
    await until(service.payments, payment, "AUTHORIZED");
  });

  it("finds out that a lost answer was a yes", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_timeout"));
    expect(stateOf(payment)).to.equal("PROCESSING");
    await until(service.payments, payment, "AUTHORIZED");
    expect(await service.bookOf(payment)).to.include({ held: 10_000n });
  });

  it("finds out that a lost request never happened", async function () {
    this.timeout(30_000);
    const payment = await service.payments.authorizePayment(authorization("tok_drop"));
    expect(stateOf(payment)).to.equal("PROCESSING");
    await until(service.payments, payment, "FAILED");
    expect(await service.bookOf(payment)).to.equal(undefined);
  });

  it("gives 100 equal requests at once one answer and one effect", async () => {
    const request = authorization("tok_visa");
    const answers = await Promise.all(Array.from({ length: 100 }, () => service.payments.authorizePayment(request)));
    const bytes = new Set(answers.map((answer) => Buffer.from(PaymentMessage.encode(answer).finish()).toString("hex")));
    expect(bytes.size).to.equal(1);
    const later = await service.payments.authorizePayment(request);
    expect(later).to.deep.equal(answers[0]);
    const { rows } = await service.pool.query("select count(*)::int as n from operation where request_id = $1", [
      request.requestId,
    ]);
    expect(rows).to.deep.equal([{ n: 1 }]);
  });

  it("refuses another request under the same id", async () => {
    const request = authorization("tok_visa");
    await service.payments.authorizePayment(request);
    const other = { ...request, amount: euros(1) };
    expect(await reasonOf(service.payments.authorizePayment(other))).to.equal("IDEMPOTENCY_KEY_REUSED");
  });

  it("gives the definitive answer to a repeated request whose first answer was open", async () => {
    const request = authorization("tok_timeout");
    const first = await service.payments.authorizePayment(request);
    await until(service.payments, first, "AUTHORIZED");
    expect(stateOf(await service.payments.authorizePayment(request))).to.equal("AUTHORIZED");
  });

  it("refuses nothing, less than nothing and what is no currency, naming the field", async () => {
    for (const amount of [0, -5]) {
      const error = await service.payments.authorizePayment(authorization("tok_visa", amount)).catch((e: unknown) => e);
      expect(error).to.include({ reason: "INVALID_REQUEST" });
      expect(JSON.stringify(error)).to.include("minor_units");
    }
    const unknown = { ...authorization("tok_visa"), amount: { currencyCode: "XXQ", minorUnits: 5n } };
    expect(await reasonOf(service.payments.authorizePayment(unknown))).to.equal("CURRENCY_UNKNOWN");
    const none = { ...authorization("tok_visa"), amount: undefined };
    expect(await reasonOf(service.payments.authorizePayment(none))).to.equal("INVALID_REQUEST");
  });

  it("changes nothing when it only validates", async () => {
    const before = (await service.bank.book()).length;
    const request = { ...authorization("tok_visa"), validateOnly: true };
    expect(stateOf(await service.payments.authorizePayment(request))).to.equal("PROCESSING");
    expect((await service.bank.book()).length).to.equal(before);
    const real = await service.payments.authorizePayment({ ...request, validateOnly: false });
    expect(stateOf(real)).to.equal("AUTHORIZED");
  });

  it("keeps a token no longer than it is needed, and never readable", async () => {
    await service.payments.authorizePayment(authorization("tok_visa"));
    const open = await service.payments.authorizePayment(authorization("tok_3ds"));
    const { rows } = await service.pool.query(
      "select status, sealed_token from operation where sealed_token is not null",
    );
    expect(rows.map(({ status }) => status)).to.deep.equal(rows.map(() => "PENDING"));
    for (const { sealed_token } of rows) expect(Buffer.from(sealed_token).toString("latin1")).not.to.include("tok_");
    await service.payments.voidPayment({ name: open.name, etag: "", requestId: randomUUID(), validateOnly: false });
    const after = await service.pool.query(
      "select 1 from operation where payment_id = $1 and sealed_token is not null",
      [open.name.split("/")[1]],
    );
    expect(after.rowCount).to.equal(0);
  });
});
