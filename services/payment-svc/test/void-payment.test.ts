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

describe("VoidPayment", () => {
  let service: TestService;

  before(async () => {
    service = await startService({ pendingMs: 3000 });
  });
  after(() => service[Symbol.asyncDispose]());
  const authorized = (token = "tok_visa") => service.payments.authorizePayment(authorization(token));

  it("lets go what is kept ready, once", async () => {
    const request = letGo(await authorized());
    const payment = await service.payments.voidPayment(request);
    expect(stateOf(payment)).to.equal("VOIDED");
    expect(payment.voided).to.deep.equal(euros(10_000));
    expect(await service.payments.voidPayment(request)).to.deep.equal(payment);
    expect(await service.bookOf(payment)).to.include({ held: 0n, voided: 10_000n });
  });

  it("refuses to let go what was taken", async () => {
    const payment = await service.payments.capturePayment(capture(await authorized()));
    expect(await reasonOf(service.payments.voidPayment(letGo(payment)))).to.equal("PAYMENT_STATE_INVALID");
  });

  for (const token of ["tok_pending", "tok_3ds", "tok_timeout", "tok_drop"]) {
    it(`lets go an authorization whose answer is open (${token})`, async () => {
      const open = await authorized(token);
      const payment = await service.payments.voidPayment(letGo(open));
      const after = stateOf(payment) === "VOIDED" ? payment : await until(service.payments, payment, "VOIDED");
      expect(after.nextActionUrl).to.equal("");
      const line = await service.bookOf(after);
      expect(line?.held).to.equal(0n);
    });
  }

  it("may be asked again with the tag that was read before, until the authorization is let go", async () => {
    const open = await authorized("tok_3ds");
    // As if somebody else were just asking the bank about it.
    await service.pool.query(
      "update operation set lease_until = clock_timestamp() + interval '1 second' where payment_id = $1",
      [open.name.slice("payments/".length)],
    );
    const request = { ...letGo(open), etag: open.etag };
    expect(stateOf(await service.payments.voidPayment(request))).to.equal("REQUIRES_ACTION");
    while (stateOf(await service.payments.voidPayment(request)) !== "VOIDED");
    const other = await authorized();
    expect(await reasonOf(service.payments.voidPayment({ ...letGo(other), etag: "99" }))).to.equal("ETAG_MISMATCH");
  });

  it("cannot be overtaken by the guest's late consent", async () => {
    const open = await authorized("tok_3ds");
    await service.payments.voidPayment(letGo(open));
    await fetch(open.nextActionUrl, { method: "POST" });
    expect(await service.bookOf(open)).to.include({ held: 0n, status: "declined" });
  });

  it("voids while the authorization itself is under way", async () => {
    const opens = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const authorizing = authorized();
        const [newest] = (await service.payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" }))
          .payments;
        if (newest !== undefined) await service.payments.voidPayment(letGo(newest)).catch(() => undefined);
        return authorizing;
      }),
    );
    for (const payment of opens) {
      const after = await until(service.payments, payment, "VOIDED", "AUTHORIZED", "DECLINED");
      const held = stateOf(after) === "AUTHORIZED" ? 10_000n : 0n;
      expect((await service.bookOf(payment))?.held ?? 0n).to.equal(held);
    }
  });

  it("ends a void whose answer was lost", async () => {
    const open = await service.payments.voidPayment(letGo(await authorized("tok_void_timeout")));
    expect(open.operationPending).to.equal(true);
    await until(service.payments, open, "VOIDED");
  });

  it("has nothing to do where nothing is kept", async () => {
    const declined = await authorized("tok_decline");
    expect(stateOf(await service.payments.voidPayment(letGo(declined)))).to.equal("DECLINED");
  });

  it("takes what the bank let go by itself, when its time was over, as let go", async () => {
    const payment = await authorized();
    const { rows } = await service.pool.query(
      "update payment set authorization_expires_at = now() where id = $1 returning authorize_id",
      [payment.name.slice("payments/".length)],
    );
    // As if a week had passed at the bank.
    await fetch(`${service.bank.url}/v1/voids`, {
      method: "POST",
      headers: { authorization: `Bearer ${service.bank.key}` },
      body: JSON.stringify({ reference: "time-passes", authorization: rows[0]?.authorize_id }),
    });
    const request = letGo(payment);
    const gone = await service.payments.voidPayment(request);
    expect(stateOf(gone)).to.equal("VOIDED");
    expect(gone.voided).to.deep.equal(euros(10_000));
    expect(await service.payments.voidPayment(request)).to.deep.equal(gone);
    expect((await service.ledger.getTrialBalance({})).balanced).to.equal(true);
  });
});
