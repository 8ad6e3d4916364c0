import { expect } from "chai";
import type { Deps } from "../src/app/deps.ts";
import type { BankPort } from "../src/app/ports.ts";
import { authorization, capture, startService, stateOf, type TestService, until } from "./support/service.ts";

type Times = Partial<Pick<BankPort, "timeoutMs" | "notFoundFinalAfterMs" | "idempotencyWindowMs">>;

interface Sleep {
  readonly until: Promise<void>;
  readonly times: Times;
}

const awake: Sleep = { until: Promise.resolve(), times: {} };
/** So that "not found" is a last word soon, and nobody else sends the operation once more before that. */
const hasty: Times = { timeoutMs: 500, notFoundFinalAfterMs: 1000, idempotencyWindowMs: 0 };

/** Lets the process sleep between the intent and the bank: the intent is written, and its caller does not know it yet. */
function sleeping(sleep: () => Sleep): (deps: Deps) => Deps {
  return (deps) => ({
    ...deps,
    // Without turns, as if another process looked after the payment meanwhile.
    turns: { run: (_key, work) => work() },
    bank: new Proxy(deps.bank, { get: (bank, name) => Reflect.get({ ...bank, ...sleep().times }, name) }),
    store: {
      ...deps.store,
      async commit(change) {
        const committed = await deps.store.commit(change);
        if (change.opened !== undefined) await sleep().until;
        return committed;
      },
    },
  });
}

describe("a process that sleeps before it asks the bank", () => {
  let service: TestService;
  let sleep = awake;

  before(async () => {
    service = await startService({ resolver: false, wrap: sleeping(() => sleep) });
  });
  after(() => service[Symbol.asyncDispose]());

  /** Falls asleep at the next intent, until it is woken. */
  const fallAsleep = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    sleep = { until: promise, times: hasty };
    return () => {
      sleep = awake;
      resolve();
    };
  };
  const newest = async () => {
    for (;;) {
      const { payments } = await service.payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" });
      if (payments[0] !== undefined) return payments[0];
    }
  };

  it("does not authorize what was found not to have happened meanwhile", async () => {
    const wake = fallAsleep();
    const late = service.payments.authorizePayment(authorization("tok_visa"));
    const payment = await newest();
    await until(service.payments, payment, "FAILED");
    wake();
    expect(stateOf(await late)).to.equal("FAILED");
    expect((await service.bookOf(payment))?.held ?? 0n).to.equal(0n);
  }).timeout(30_000);

  it("does not capture what was found not to have happened meanwhile", async () => {
    const payment = await service.payments.authorizePayment(authorization("tok_visa"));
    const wake = fallAsleep();
    const late = service.payments.capturePayment(capture(payment));
    while (!(await service.payments.getPayment({ name: payment.name })).operationPending);
    await until(service.payments, payment, "AUTHORIZED");
    wake();
    // The client asks again by itself, since nothing has happened: that is another operation, and the only one at the bank.
    expect(stateOf(await late)).to.equal("CAPTURED");
    const { rows } = await service.pool.query(
      "select status from operation where kind = 'CAPTURE' and payment_id = $1 order by id",
      [payment.name.slice("payments/".length)],
    );
    expect(rows.map(({ status }) => status)).to.deep.equal(["NOT_EXECUTED", "SUCCEEDED"]);
    expect(await service.bookOf(payment)).to.include({ captured: 10_000n, held: 0n });
  }).timeout(30_000);
});
