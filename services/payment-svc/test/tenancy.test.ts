import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { authorization, capture, letGo, reasonOf, refund, startService, type TestService } from "./support/service.ts";

const other = { principal: { partner: "somebody-else" } };
const porto = { principal: { partner: "sandbox", properties: ["porto-river"] } };

describe("another's payments", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
  });
  after(() => service[Symbol.asyncDispose]());

  const atLisbon = async () =>
    service.payments.authorizePayment({
      ...authorization("tok_visa"),
      reservation: "properties/lisbon-city/reservations/0190",
    });

  it("are not there for another partner", async () => {
    const { payments } = service;
    const payment = await payments.capturePayment(capture(await atLisbon()));
    const given = await payments.refundPayment(refund(payment, 5));
    const resolve = { name: payment.name, requestId: randomUUID(), validateOnly: false };
    const reasons = await Promise.all(
      [
        payments.getPayment({ name: payment.name }, other),
        payments.capturePayment(capture(payment), other),
        payments.voidPayment(letGo(payment), other),
        payments.refundPayment(refund(payment), other),
        payments.getRefund({ name: given.name }, other),
        payments.resolvePayment(resolve, other),
      ].map(reasonOf),
    );
    expect(new Set(reasons)).to.deep.equal(new Set(["NOT_FOUND"]));
    const list = await payments.listPayments({ pageSize: 0, pageToken: "", reservation: "" }, other);
    expect(list.payments).to.deep.equal([]);
    const ledger = await service.ledger.getTrialBalance({}, other);
    expect(ledger).to.deep.equal({ balanced: true, currencies: [] });
  });

  it("are refused to a key without a grant for the property", async () => {
    const { payments } = service;
    const payment = await atLisbon();
    expect(await reasonOf(payments.getPayment({ name: payment.name }, porto))).to.equal("PROPERTY_NOT_GRANTED");
    expect(await reasonOf(payments.capturePayment(capture(payment), porto))).to.equal("PROPERTY_NOT_GRANTED");
    const list = await payments.listPayments({ pageSize: 0, pageToken: "", reservation: "" }, porto);
    expect(list.payments).to.deep.equal([]);
  });

  it("may use the same request ids", async () => {
    const request = authorization("tok_visa");
    const mine = await service.payments.authorizePayment(request);
    const theirs = await service.payments.authorizePayment(request, other);
    expect(theirs.name).not.to.equal(mine.name);
  });
});

describe("ListPayments", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
  });
  after(() => service[Symbol.asyncDispose]());

  it("gives every payment once, newest first, also while new ones come in", async () => {
    const { payments } = service;
    const names: string[] = [];
    for (let i = 0; i < 7; i++) names.push((await payments.authorizePayment(authorization("tok_visa"))).name);
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await payments.listPayments({ pageSize: 3, pageToken, reservation: "" });
      seen.push(...page.payments.map(({ name }) => name));
      pageToken = page.nextPageToken;
      await payments.authorizePayment(authorization("tok_visa"));
    } while (pageToken !== "");
    expect(seen).to.deep.equal(names.toReversed());
  });

  it("refuses a page token of another list", async () => {
    const { payments } = service;
    for (let i = 0; i < 2; i++) await payments.authorizePayment(authorization("tok_visa"));
    const { nextPageToken } = await payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" });
    const reservation = "properties/lisbon-city/reservations/1";
    const elsewhere = payments.listPayments({ pageSize: 1, pageToken: nextPageToken, reservation });
    expect(await reasonOf(elsewhere)).to.equal("PAGE_TOKEN_INVALID");
    const rubbish = payments.listPayments({ pageSize: 1, pageToken: "rubbish", reservation: "" });
    expect(await reasonOf(rubbish)).to.equal("PAGE_TOKEN_INVALID");
    const digest = JSON.parse(Buffer.from(nextPageToken, "base64url").toString("utf8"))[0];
    for (const place of ["made up", "\0", ""]) {
      const pageToken = Buffer.from(JSON.stringify([digest, place])).toString("base64url");
      const madeUp = payments.listPayments({ pageSize: 1, pageToken, reservation: "" });
      expect(await reasonOf(madeUp), place).to.equal("PAGE_TOKEN_INVALID");
    }
  });

  it("finds the payments of a reservation", async () => {
    const { payments } = service;
    const reservation = "properties/lisbon-city/reservations/42";
    const { name } = await payments.authorizePayment({ ...authorization("tok_visa"), reservation });
    const list = await payments.listPayments({ pageSize: 0, pageToken: "", reservation });
    expect(list.payments.map((payment) => payment.name)).to.deep.equal([name]);
  });
});
