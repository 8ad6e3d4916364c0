import { randomUUID } from "node:crypto";
import { type Payment, Payment_State } from "@staymesh/proto/staymesh/payment/v1/payment";
import { startBank, type TestBank } from "@staymesh/sandbox-bank/testing";
import { principalOf } from "@staymesh/service-kit";
import { expect } from "chai";
import pg from "pg";
import { database, type TestDatabase } from "../../../test/support/parts.ts";
import { startProcess, type TestProcess } from "./support/process.ts";
import { authorization, capture } from "./support/service.ts";

const BOOKINGS = 200;
const CALLERS = 16;
const tokens = ["tok_visa", "tok_visa", "tok_visa", "tok_timeout", "tok_capture_timeout", "tok_decline", "tok_drop"];

const from = { principal: principalOf({ partner: "sandbox" }) };

/** Repeats a call with the same request, as a saga does, until there is an answer. */
async function insist<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const reason = error instanceof Error && "reason" in error ? String(error.reason) : String(error);
      const passing = ["DEPENDENCY_UNAVAILABLE", "DEADLINE_EXCEEDED", "IDEMPOTENCY_IN_PROGRESS", "BANK_UNAVAILABLE"];
      if (!passing.includes(reason) && !/UNAVAILABLE|INTERNAL/.test(reason)) throw error;
    }
  }
}

describe("payments while everything is killed", function () {
  this.timeout(180_000);
  let bank: TestBank;
  let db: TestDatabase;
  let service: TestProcess;
  let pool: pg.Pool;

  before(async () => {
    bank = await startBank();
    db = await database("payment-svc");
    pool = new pg.Pool({ connectionString: db.url, max: 2 });
    const env = { DATABASE_URL: db.url, SANDBOX_BANK_URL: bank.url, SANDBOX_BANK_KEY: bank.key, LOG_LEVEL: "debug" };
    service = await startProcess(env);
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await pool.end();
    await db.close();
    await bank[Symbol.asyncDispose]();
  });

  it("have exactly the one effect that they say, and leave nothing open", async () => {
    const done: { readonly order: string; readonly wanted: bigint; readonly payment: Payment }[] = [];
    let next = 0;
    let open = 0;

    const book = async (index: number): Promise<void> => {
      const reservation = `properties/lisbon-city/reservations/${index}`;
      const amount = BigInt(1000 + index);
      const token = tokens[index % tokens.length] ?? "tok_visa";
      const request = { ...authorization(token, amount), reservation };
      let payment = await insist(() => service.client.authorizePayment(request, from));
      while (payment.state === Payment_State.PROCESSING) {
        const { name } = payment;
        payment = await insist(() => service.client.getPayment({ name }, from));
      }
      if (payment.state === Payment_State.AUTHORIZED && index % 4 !== 0) {
        const take = capture(payment, index % 3 === 0 ? amount / 2n : undefined);
        do payment = await insist(() => service.client.capturePayment(take, from));
        while (payment.operationPending);
      }
      done.push({ order: reservation, wanted: amount, payment });
    };
    const caller = async (): Promise<void> => {
      while (next < BOOKINGS) {
        const index = next++;
        open++;
        await book(index);
        open--;
      }
    };
    const after = async (count: number): Promise<void> => {
      while (done.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    const killer = async (): Promise<void> => {
      await after(20);
      expect(open).to.be.greaterThan(0);
      await service.kill();
      await service.start();
      await after(60);
      await bank.kill();
      await bank.start();
      await after(100);
      await Promise.all([service.kill(), bank.kill()]);
      await Promise.all([service.start(), bank.start()]);
    };
    const begun = Date.now();
    await Promise.all([killer(), ...Array.from({ length: CALLERS }, caller)]);

    const stillOpen = "select count(*)::int as n from operation where next_resolve_at is not null";
    while ((await pool.query(stillOpen)).rows[0].n > 0) expect(Date.now() - begun).to.be.lessThan(120_000);

    const lines = await bank.book();
    for (const { order, wanted, payment } of done) {
      const live = lines.filter((line) => line.order === order && line.status === "succeeded");
      const { rows } = await pool.query("select * from payment where id = $1", [payment.name.split("/")[1]]);
      const [row] = rows;
      const bound = row.state === "AUTHORIZED" || row.state === "CAPTURED" ? 1 : 0;
      expect(live.length, `${order} is ${row.state}`).to.equal(bound);
      const [line] = live;
      if (line === undefined) continue;
      expect(line.amount).to.equal(wanted);
      const held = row.state === "AUTHORIZED" ? BigInt(row.authorized) : 0n;
      expect([line.held, line.captured]).to.deep.equal([held, BigInt(row.captured)]);
    }
    expect(done).to.have.length(BOOKINGS);
    expect(new Set(lines.filter(({ status }) => status === "succeeded").map(({ order }) => order)).size).to.equal(
      lines.filter(({ status }) => status === "succeeded").length,
    );
  });

  it("have a ledger that balances and equals the bank's book", async () => {
    const { rows } = await pool.query(
      `select code, sum(d)::bigint as debits, sum(c)::bigint as credits from
         (select debit_account as code, amount as d, 0 as c from transfer
          union all select credit_account, 0, amount from transfer) s group by code`,
    );
    const balance = (code: string): bigint => {
      const row = rows.find((candidate) => candidate.code === code);
      return BigInt(row?.debits ?? 0) - BigInt(row?.credits ?? 0);
    };
    const lines = await bank.book();
    const sum = (field: "held" | "captured"): bigint => lines.reduce((total, line) => total + line[field], 0n);
    expect(-balance("auth_hold")).to.equal(sum("held"));
    expect(balance("psp_clearing")).to.equal(sum("captured"));
    expect(-balance("hotel_payable:lisbon-city")).to.equal(sum("captured"));
    expect(balance("guest_receivable")).to.equal(sum("held"));
  });

  it("have evidence for every step, and waited for none of it longer than 30 seconds", async () => {
    const { rows } = await pool.query(
      `select max(extract(epoch from e.at - o.started_at)) as slowest,
              count(*) filter (where e.id is null)::int as unproven
       from operation o left join operation_evidence e on e.operation_id = o.id and e.to_status = o.status`,
    );
    expect(rows[0].unproven).to.equal(0);
    expect(Number(rows[0].slowest)).to.be.lessThan(30);
  });

  it("answer repeated requests as before, after a restart too", async () => {
    const request = authorization("tok_visa");
    const first = await service.client.authorizePayment(request, from);
    const take = capture(first);
    const taken = await service.client.capturePayment(take, from);
    await service.kill();
    await service.start();
    expect(await insist(() => service.client.authorizePayment(request, from))).to.deep.equal(first);
    expect(await insist(() => service.client.capturePayment(take, from))).to.deep.equal(taken);
    const again = { ...request, requestId: randomUUID(), paymentMethodToken: "tok_decline" };
    expect((await service.client.authorizePayment(again, from)).state).to.equal(Payment_State.DECLINED);
  });

  it("leave no token in any log line or metric", async () => {
    const metrics = await (await fetch(`${service.adminUrl()}/metrics`)).text();
    expect(service.log() + metrics).not.to.include("tok_");
    expect(service.log()).to.include("payment-svc");
  });

  it("drain on SIGTERM and end well", async () => {
    expect(await service.stop()).to.equal(0);
  });
});
