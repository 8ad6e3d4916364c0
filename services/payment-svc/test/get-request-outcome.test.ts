import { randomUUID } from "node:crypto";
import { Status } from "@staymesh/proto/google/rpc/status";
import { Payment, Payment_State, Refund } from "@staymesh/proto/staymesh/payment/v1/payment";
import { type RequestOutcome, RequestOutcome_State } from "@staymesh/proto/staymesh/request/v1/request";
import { decodeDetails } from "@staymesh/service-kit/status-details";
import type { TestCaller } from "@staymesh/service-kit/testing";
import { expect } from "chai";
import {
  authorization,
  capture,
  letGo,
  reasonOf,
  refund,
  startService,
  stateOf,
  type TestService,
  until,
} from "./support/service.ts";

const SERVICE = "staymesh.payment.v1.PaymentService";

describe("asking what became of a write to the payment service", () => {
  let service: TestService;

  before(async () => {
    service = await startService({ pendingMs: 60_000 });
  });
  after(() => service[Symbol.asyncDispose]());

  const ask = (requestId: string, from?: TestCaller): Promise<RequestOutcome> =>
    service.requests.getRequestOutcome({ requestId }, from);
  const wordOf = ({ state }: RequestOutcome) =>
    Object.entries(RequestOutcome_State).find(([, number]) => number === state)?.[0];
  const responseOf = ({ result }: RequestOutcome) => (result?.$case === "response" ? result.value : undefined);
  const paymentIn = (outcome: RequestOutcome) => Payment.decode(responseOf(outcome)?.value ?? Buffer.alloc(0));

  it("tells every method's answer byte for byte", async () => {
    const { payments } = service;
    const authorize = authorization("tok_visa");
    const authorized = await payments.authorizePayment(authorize);
    const take = capture(authorized, 6000);
    const taken = await payments.capturePayment(take);
    const giveBack = refund(taken, 1000);
    const given = await payments.refundPayment(giveBack);
    const declined = authorization("tok_decline");
    const decline = await payments.authorizePayment(declined);
    const expected = [
      [authorize, "AuthorizePayment", "Payment", Payment.encode(authorized).finish()],
      [take, "CapturePayment", "Payment", Payment.encode(taken).finish()],
      [giveBack, "RefundPayment", "Refund", Refund.encode(given).finish()],
      [declined, "AuthorizePayment", "Payment", Payment.encode(decline).finish()],
    ] as const;
    for (const [request, method, type, bytes] of expected) {
      const outcome = await ask(request.requestId);
      expect([wordOf(outcome), outcome.method]).to.deep.equal(["DONE", `${SERVICE}/${method}`]);
      expect(responseOf(outcome)?.typeUrl).to.equal(`type.googleapis.com/staymesh.payment.v1.${type}`);
      expect(responseOf(outcome)?.value).to.deep.equal(Buffer.from(bytes));
      expect(Number(outcome.receiveTime?.seconds)).to.be.greaterThan(1_700_000_000);
    }
  });

  it("tells why a write was refused, as a repeat is told", async () => {
    const { payments } = service;
    const taken = await payments.capturePayment(capture(await payments.authorizePayment(authorization("tok_visa"))));
    const request = letGo(taken);
    expect(await reasonOf(payments.voidPayment(request))).to.equal("PAYMENT_STATE_INVALID");
    const { result } = await ask(request.requestId);
    const told = result?.$case === "error" ? decodeDetails(Status.encode(result.value).finish()) : undefined;
    const again = await payments.voidPayment(request).catch((error: unknown) => error);
    expect(again).to.include({ reason: "PAYMENT_STATE_INVALID", message: told?.message });
    expect(told).to.deep.include({ reason: "PAYMENT_STATE_INVALID", facts: Reflect.get(Object(again), "facts") });
  });

  it("says that a payment is in progress while its guest still has to act, shows how it stands, and then how it ended", async () => {
    const request = authorization("tok_3ds");
    const open = await service.payments.authorizePayment(request);
    const before = await ask(request.requestId);
    expect([wordOf(before), before.method]).to.deep.equal(["IN_PROGRESS", `${SERVICE}/AuthorizePayment`]);
    expect(stateOf(paymentIn(before))).to.equal("REQUIRES_ACTION");
    expect(paymentIn(before).name).to.equal(open.name);
    await fetch(open.nextActionUrl, { method: "POST" });
    await until(service.payments, open, "AUTHORIZED");
    const after = await ask(request.requestId);
    expect(wordOf(after)).to.equal("DONE");
    expect(paymentIn(after)).to.deep.equal(await service.payments.authorizePayment(request));
    expect(paymentIn(after).state).to.equal(Payment_State.AUTHORIZED);
  });

  it("says that a void of an open authorization is in progress, and that it is done once the money is let go", async () => {
    await using slow = await startService({ resolver: false });
    const askSlow = (requestId: string) => slow.requests.getRequestOutcome({ requestId });
    const open = await slow.payments.authorizePayment(authorization("tok_3ds"));
    // As if somebody else were just asking the bank about it.
    await slow.pool.query("update operation set lease_until = clock_timestamp() + interval '1 hour'");
    const request = letGo(open);
    expect(stateOf(await slow.payments.voidPayment(request))).to.equal("REQUIRES_ACTION");
    const before = await askSlow(request.requestId);
    expect([wordOf(before), before.method]).to.deep.equal(["IN_PROGRESS", `${SERVICE}/VoidPayment`]);
    expect(stateOf(paymentIn(before))).to.equal("REQUIRES_ACTION");

    await slow.pool.query("update operation set lease_until = null, asked_at = null");
    await until(slow.payments, open, "VOIDED");
    const after = await askSlow(request.requestId);
    expect([wordOf(after), stateOf(paymentIn(after))]).to.deep.equal(["DONE", "VOIDED"]);
    expect(await slow.payments.voidPayment(request)).to.deep.equal(paymentIn(after));
    expect(await askSlow(request.requestId)).to.deep.include({ result: after.result });
  });

  it("says that a question to the bank is in progress while the bank has no answer", async () => {
    const open = await service.payments.authorizePayment(authorization("tok_3ds"));
    const request = { name: open.name, requestId: randomUUID(), validateOnly: false };
    await service.payments.resolvePayment(request);
    expect(wordOf(await ask(request.requestId))).to.equal("IN_PROGRESS");
    await fetch(open.nextActionUrl, { method: "POST" });
    const ended = await until(service.payments, open, "AUTHORIZED");
    const after = await ask(request.requestId);
    expect([wordOf(after), paymentIn(after)]).to.deep.equal(["DONE", ended]);
    expect(await service.payments.resolvePayment(request)).to.deep.equal(ended);
  });

  it("refuses another request with the id of one that is still open", async () => {
    const open = await service.payments.authorizePayment(authorization("tok_3ds"));
    const other = await service.payments.authorizePayment(authorization("tok_visa"));
    const request = { name: open.name, requestId: randomUUID(), validateOnly: false };
    await service.payments.resolvePayment(request);
    const { requestId } = request;
    const others = [
      service.payments.resolvePayment({ ...request, name: other.name, requestId: requestId.toUpperCase() }),
      service.payments.voidPayment({ ...letGo(other), requestId }),
    ];
    for (const each of others) expect(await reasonOf(each)).to.equal("IDEMPOTENCY_KEY_REUSED");
    expect(stateOf(await service.payments.getPayment({ name: other.name }))).to.equal("AUTHORIZED");
    await service.payments.resolvePayment(request);
  });

  it("knows a request by its id in capitals too", async () => {
    const request = authorization("tok_visa");
    const loud = { ...request, requestId: request.requestId.toUpperCase() };
    const payment = await service.payments.authorizePayment(loud);
    expect(paymentIn(await ask(request.requestId))).to.deep.equal(payment);
    expect(paymentIn(await ask(loud.requestId))).to.deep.equal(payment);
    expect(await service.payments.authorizePayment(request)).to.deep.equal(payment);
  });

  it("has never seen what nobody sent, what another partner sent, and what changed nothing", async () => {
    const theirs = authorization("tok_visa");
    await service.payments.authorizePayment(theirs, { principal: { partner: "somebody-else" } });
    const tried = { ...authorization("tok_visa"), validateOnly: true };
    await service.payments.authorizePayment(tried);
    for (const requestId of [randomUUID(), theirs.requestId, tried.requestId]) {
      const outcome = await ask(requestId);
      expect([wordOf(outcome), outcome.method, outcome.result]).to.deep.equal(["NEVER_SEEN", "", undefined]);
    }
  });

  it("refuses to tell of a payment of a property for which the key has no grant", async () => {
    const request = { ...authorization("tok_visa"), reservation: "properties/lisbon-city/reservations/0190" };
    await service.payments.authorizePayment(request);
    const as = (property: string) => ({ principal: { partner: "sandbox", properties: [property] } });
    expect(await reasonOf(ask(request.requestId, as("porto-river")))).to.equal("PROPERTY_NOT_GRANTED");
    expect(wordOf(await ask(request.requestId, as("lisbon-city")))).to.equal("DONE");
  });
});
