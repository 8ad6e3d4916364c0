import { expect } from "chai";
import pg from "pg";
import { operationTransitions, paymentTransitions } from "../src/domain/transitions.ts";
import { authorization, capture, letGo, refund, startService, type TestService } from "./support/service.ts";

const pairs = (machine: string, table: readonly (readonly [string, readonly string[]])[]): readonly string[] =>
  table.flatMap(([from, all]) => all.map((to) => `${machine} ${from} ${to}`));

describe("the ledger", () => {
  let service: TestService;

  before(async () => {
    service = await startService();
    const { payments } = service;
    const reservation = "properties/lisbon-city/reservations/0190";
    const authorized = (amount: number) =>
      payments.authorizePayment({ ...authorization("tok_visa", amount), reservation });
    await authorized(1000);
    await payments.voidPayment(letGo(await authorized(200)));
    const taken = await payments.capturePayment(capture(await authorized(3000), 2500));
    await payments.refundPayment(refund(taken, 400));
    const yen = { ...authorization("tok_visa"), amount: { currencyCode: "JPY", minorUnits: 77n } };
    await payments.authorizePayment(yen);
  });
  after(() => service[Symbol.asyncDispose]());

  it("balances in every currency", async () => {
    const { balanced, currencies } = await service.ledger.getTrialBalance({});
    expect(balanced).to.equal(true);
    expect(currencies.map(({ currencyCode }) => currencyCode)).to.deep.equal(["EUR", "JPY"]);
    for (const { debits, credits } of currencies) expect(debits).to.equal(credits);
  });

  it("is summed also where that takes longer than a payment may", async () => {
    const client = new pg.Client({ connectionString: service.databaseUrl });
    await client.connect();
    await client.query("begin; lock table transfer");
    const summed = service.ledger.getTrialBalance({});
    await client.query("select pg_sleep(4.5)");
    await client.query("commit");
    await client.end();
    expect((await summed).balanced).to.equal(true);
  }).timeout(20_000);

  it("knows what is held, what the bank owes and what the hotel is owed", async () => {
    const { accounts } = await service.ledger.listAccounts({ pageSize: 0, pageToken: "" });
    const balances = accounts.map(({ code, currencyCode, balance }) => [code, currencyCode, balance]);
    expect(balances).to.deep.equal([
      ["auth_hold", "EUR", -1000n],
      ["auth_hold", "JPY", -77n],
      ["guest_receivable", "EUR", 1000n],
      ["guest_receivable", "JPY", 77n],
      ["hotel_payable:lisbon-city", "EUR", -2100n],
      ["psp_clearing", "EUR", 2100n],
    ]);
  });

  it("lists accounts and transfers page by page", async () => {
    const codes: string[] = [];
    let pageToken = "";
    do {
      const page = await service.ledger.listAccounts({ pageSize: 2, pageToken });
      codes.push(...page.accounts.map(({ code, currencyCode }) => `${code} ${currencyCode}`));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(codes).to.have.length(6);
    const transfers: string[] = [];
    do {
      const page = await service.ledger.listTransfers({ pageSize: 3, pageToken, payment: "" });
      transfers.push(...page.transfers.map(({ code }) => code));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(transfers).to.deep.equal([
      "AUTHORIZE",
      "REFUND",
      "CAPTURE",
      "RELEASE",
      "AUTHORIZE",
      "RELEASE",
      "AUTHORIZE",
      "AUTHORIZE",
    ]);
  });

  it("shows the transfers of one payment", async () => {
    const [newest] = (await service.payments.listPayments({ pageSize: 1, pageToken: "", reservation: "" })).payments;
    const { transfers } = await service.ledger.listTransfers({
      pageSize: 0,
      pageToken: "",
      payment: newest?.name ?? "",
    });
    expect(transfers).to.have.length(1);
    expect(transfers[0]).to.deep.include({
      debitAccount: "guest_receivable",
      creditAccount: "auth_hold",
      amount: { currencyCode: "JPY", minorUnits: 77n },
      payment: newest?.name,
    });
  });

  for (const [what, sql] of [
    ["changed", "update transfer set amount = amount + 1"],
    ["deleted", "delete from transfer"],
    ["emptied", "truncate transfer"],
    ["robbed of its accounts", "delete from account"],
    ["robbed of its evidence", "delete from operation_evidence"],
    [
      "posted across currencies",
      `insert into transfer select gen_random_uuid(), journal_id, partner, property, debit_account, credit_account, 'USD', 1,
         code, payment_id, now() from transfer limit 1`,
    ],
    [
      "posted from an account to itself",
      `insert into transfer select gen_random_uuid(), journal_id, partner, property, debit_account, debit_account, currency, 1,
         code, payment_id, now() from transfer limit 1`,
    ],
    ["told that more was captured than authorized", "update payment set captured = authorized + 1"],
    ["told that a captured payment is authorized", "update payment set state = 'AUTHORIZED' where state = 'CAPTURED'"],
    [
      "told that a successful operation was declined",
      "update operation set status = 'DECLINED' where status = 'SUCCEEDED'",
    ],
  ] as const) {
    it(`cannot be ${what}`, async () => {
      const error = await service.pool.query(sql).then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(error).to.have.property("code").that.is.oneOf(["23514", "23503"]);
    });
  }

  it("allows the same transitions as the code", async () => {
    const { rows } = await service.pool.query("select machine, from_status, to_status from allowed_transition");
    const inDatabase = rows.map((row) => `${row.machine} ${row.from_status} ${row.to_status}`);
    const inCode = [
      ...pairs("operation", Object.entries(operationTransitions)),
      ...pairs("payment", Object.entries(paymentTransitions)),
    ];
    expect(inDatabase.sort()).to.deep.equal(inCode.sort());
  });

  it("tells others what happened, without a token or a person", async () => {
    const { rows } = await service.pool.query("select topic, payload from outbox order by id");
    expect(rows.map(({ topic }) => topic)).to.deep.equal([
      "payment.authorized",
      "payment.authorized",
      "payment.voided",
      "payment.authorized",
      "payment.captured",
      "payment.refunded",
      "payment.authorized",
    ]);
    expect(JSON.stringify(rows)).not.to.include("tok_");
  });

  it("agrees with the bank's book", async () => {
    const book = await service.bank.book();
    const sum = (field: "held" | "captured" | "refunded") =>
      book.filter(({ currencyCode }) => currencyCode === "EUR").reduce((total, line) => total + line[field], 0n);
    expect([sum("held"), sum("captured") - sum("refunded")]).to.deep.equal([1000n, 2100n]);
  });
});
