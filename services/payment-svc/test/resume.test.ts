import type { Payment } from "@staymesh/proto/staymesh/payment/v1/payment";
import { expect } from "chai";
import type { Deps } from "../src/app/deps.ts";
import { authorization, capture, reasonOf, startService, stateOf, type TestService } from "./support/service.ts";

type Point = "never" | "before the bank is asked" | "after the bank has answered" | "before the intent is written";

/** Lets the process "die" at a point: whatever would come after it does not happen. */
function dying(at: () => Point): (deps: Deps) => Deps {
  const die = (): never => {
    throw new Error("killed");
  };
  return (deps) => ({
    ...deps,
    bank: {
      ...deps.bank,
      async send(...sent) {
        if (at() === "before the bank is asked") die();
        const outcome = await deps.bank.send(...sent);
        return at() === "after the bank has answered" ? die() : outcome;
      },
    },
    store: {
      ...deps.store,
      commit: (change) => (at() === "before the intent is written" ? die() : deps.store.commit(change)),
    },
  });
}

describe("a request that a crash cut off", () => {
  let service: TestService;
  let point: Point = "never";

  before(async () => {
    service = await startService({ resolver: false, wrap: dying(() => point) });
  });
  after(() => service[Symbol.asyncDispose]());

  const crash = async (at: Point, call: () => Promise<unknown>): Promise<void> => {
    point = at;
    expect(await reasonOf(call())).to.include("INTERNAL");
    point = "never";
    // As if the time had passed that its caller looked after it.
    await service.pool.query("update operation set lease_until = null where lease_until is not null");
  };

  for (const at of [
    "before the intent is written",
    "before the bank is asked",
    "after the bank has answered",
  ] as const) {
    it(`is carried on by the same request (authorization, ${at})`, async () => {
      const request = authorization("tok_visa");
      await crash(at, () => service.payments.authorizePayment(request));
      const payment = await service.payments.authorizePayment(request);
      expect(stateOf(payment)).to.equal("AUTHORIZED");
      expect(await service.payments.authorizePayment(request)).to.deep.equal(payment);
      const { rows } = await service.pool.query("select id from operation where request_id = $1", [request.requestId]);
      expect(rows).to.have.length(1);
      expect(await service.bookOf(payment)).to.include({ held: 10_000n });
    });

    it(`is carried on by the same request (capture, ${at})`, async () => {
      const payment = await service.payments.authorizePayment(authorization("tok_visa"));
      const request = capture(payment, 700);
      await crash(at, () => service.payments.capturePayment(request));
      const captured = await service.payments.capturePayment(request);
      expect(stateOf(captured)).to.equal("CAPTURED");
      expect(await service.payments.capturePayment(request)).to.deep.equal(captured);
      expect(await service.bookOf(payment)).to.include({ captured: 700n, held: 0n });
    });
  }

  it("is carried on by whoever reads the payment", async () => {
    const request = authorization("tok_visa");
    await crash("after the bank has answered", () => service.payments.authorizePayment(request));
    const [payment] = (await service.payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" })).payments;
    expect(stateOf(await service.payments.getPayment({ name: payment?.name ?? "" }))).to.equal("AUTHORIZED");
  });

  it("waits for whoever is at it, and says that it is still at work when its own time is over", async () => {
    const request = authorization("tok_visa");
    point = "before the bank is asked";
    expect(await reasonOf(service.payments.authorizePayment(request))).to.include("INTERNAL");
    point = "never";
    const soon = service.payments.authorizePayment(request, { deadlineMs: Date.now() + 700 });
    expect(await reasonOf(soon)).to.be.oneOf(["IDEMPOTENCY_IN_PROGRESS", "DEADLINE_EXCEEDED"]);
  });

  it("that comes back late changes nothing of what was found out meanwhile", async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const slow = await startService({
      resolver: false,
      wrap: (deps) => ({
        ...deps,
        bank: {
          ...deps.bank,
          async send(...sent) {
            await deps.bank.send(...sent);
            await held;
            return { status: "NOT_EXECUTED", detail: "a zombie's opinion" };
          },
        },
      }),
    });
    const late = slow.payments.authorizePayment(authorization("tok_visa"));
    let payment: Payment | undefined;
    while ((await slow.bank.book()).length === 0) expect(payment).to.equal(undefined);
    [payment] = (await slow.payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" })).payments;
    if (payment === undefined) throw new Error("the intent is written before the bank is asked");
    await slow.pool.query("update operation set lease_until = null");
    expect(stateOf(await slow.payments.getPayment({ name: payment.name }))).to.equal("AUTHORIZED");
    release();
    expect(stateOf(await late)).to.equal("AUTHORIZED");
    expect(stateOf(await slow.payments.getPayment({ name: payment.name }))).to.equal("AUTHORIZED");
    await slow[Symbol.asyncDispose]();
  });
});
