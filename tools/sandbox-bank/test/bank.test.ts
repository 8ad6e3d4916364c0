import { randomUUID } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startBank, type TestBank } from "../testing/index.ts";

interface Said {
  readonly code: number;
  readonly body: Readonly<Record<string, unknown>>;
}

describe("the sandbox bank", () => {
  let bank: TestBank;

  before(async () => {
    bank = await startBank({ PENDING_MS: "50" });
  });
  after(() => bank[Symbol.asyncDispose]());

  const ask = async (method: string, path: string, body?: unknown, key = bank.key): Promise<Said> => {
    const response = await fetch(bank.url + path, {
      method,
      headers: { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { code: response.status, body: JSON.parse(await response.text()) };
  };
  const euros = (minorUnits: string) => ({ currencyCode: "EUR", minorUnits });
  const authorize = (token: string, reference = randomUUID(), amount = "10000") =>
    ask("POST", "/v1/authorizations", { reference, token, amount: euros(amount) });
  const authorized = async (token = "tok_visa") => {
    const reference = randomUUID();
    await authorize(token, reference);
    return reference;
  };
  const line = async (reference: string) => {
    const found = (await bank.book()).find(({ authorization }) => authorization === reference);
    if (found === undefined) throw new Error(`the book has no ${reference}`);
    return found;
  };

  it("keeps money ready, takes a part and lets the rest go", async () => {
    const authorization = await authorized();
    expect((await line(authorization)).held).to.equal(10000n);
    const capture = { reference: randomUUID(), authorization, amount: euros("6000"), final: true };
    expect((await ask("POST", "/v1/captures", capture)).code).to.equal(200);
    expect(await line(authorization)).to.include({ held: 0n, captured: 6000n, voided: 4000n });
  });

  it("takes several parts where the caller does not say that one is the last", async () => {
    const authorization = await authorized();
    for (const amount of ["6000", "4000"]) {
      const capture = { reference: randomUUID(), authorization, amount: euros(amount) };
      expect((await ask("POST", "/v1/captures", capture)).code).to.equal(200);
    }
    expect(await line(authorization)).to.include({ held: 0n, captured: 10000n, voided: 0n });
  });

  it("never takes more than is kept ready and never gives back more than was taken", async () => {
    const authorization = await authorized();
    const tooMuch = { reference: randomUUID(), authorization, amount: euros("10001"), final: true };
    expect((await ask("POST", "/v1/captures", tooMuch)).body).to.include({ declineCode: "amount_too_large" });
    await ask("POST", "/v1/captures", { reference: randomUUID(), authorization, amount: euros("600"), final: true });
    const refunds = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask("POST", "/v1/refunds", { reference: randomUUID(), authorization, amount: euros("50") }),
      ),
    );
    expect(refunds.filter(({ code }) => code === 200)).to.have.length(12);
    expect((await line(authorization)).refunded).to.equal(600n);
  });

  it("does the same order once, and refuses another order under its reference", async () => {
    const reference = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => authorize("tok_visa", reference)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1);
    expect((await authorize("tok_visa", reference, "5")).code).to.equal(422);
    expect((await authorize("tok_decline", reference)).code).to.equal(422);
    expect((await line(reference)).held).to.equal(10000n);
  });

  for (const [token, declineCode] of [
    ["tok_decline", "card_declined"],
    ["tok_insufficient_funds", "insufficient_funds"],
    ["tok_of_nobody", "invalid_token"],
    ["4242424242424242", "invalid_token"],
  ] as const) {
    it(`declines ${token}`, async () => {
      expect(await authorize(token)).to.deep.include({ code: 402 });
      expect((await authorize(token)).body).to.include({ status: "declined", declineCode });
    });
  }

  it("lets a pending authorization succeed by itself", async () => {
    const reference = randomUUID();
    expect((await authorize("tok_pending", reference)).body).to.include({ status: "pending" });
    let status: unknown;
    do ({ status } = (await ask("GET", `/v1/operations/${reference}`)).body);
    while (status === "pending");
    expect(status).to.equal("succeeded");
  });

  for (const outcome of ["approve", "decline"] as const) {
    it(`asks the card holder, who can ${outcome} on a page`, async () => {
      const reference = randomUUID();
      const { body } = await authorize("tok_3ds", reference);
      expect(body).to.include({ status: "requires_action" });
      const page = String(body["actionUrl"]);
      expect(await (await fetch(page)).text()).to.include("Approve");
      await fetch(page, { method: "POST", body: new URLSearchParams({ outcome }) });
      const end = await ask("GET", `/v1/operations/${reference}`);
      expect(end.body["status"]).to.equal(outcome === "approve" ? "succeeded" : "declined");
    });
  }

  it("processes tok_timeout and loses the answer", async () => {
    const reference = randomUUID();
    const failure = await authorize("tok_timeout", reference).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect((await ask("GET", `/v1/operations/${reference}`)).body).to.include({ status: "succeeded" });
    expect((await authorize("tok_timeout", reference)).body).to.include({ status: "succeeded" });
  });

  it("loses tok_drop before it is processed", async () => {
    const reference = randomUUID();
    const failure = await authorize("tok_drop", reference).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect((await ask("GET", `/v1/operations/${reference}`)).code).to.equal(404);
  });

  it("cancels what is still open, and what has not come yet", async () => {
    const open = await authorized("tok_3ds");
    const cancelled = await ask("POST", "/v1/cancellations", { authorization: open });
    expect(cancelled.body).to.include({ status: "declined", declineCode: "canceled" });
    const later = randomUUID();
    await ask("POST", "/v1/cancellations", { authorization: later });
    expect((await authorize("tok_visa", later)).body).to.include({ declineCode: "canceled" });
    const done = await authorized();
    expect((await ask("POST", "/v1/cancellations", { authorization: done })).body).to.include({ status: "succeeded" });
    expect((await line(done)).held).to.equal(10000n);
  });

  it("does not begin with an order that comes too late", async () => {
    const order = { reference: randomUUID(), token: "tok_visa", amount: euros("1"), notAfter: Date.now() - 1 };
    expect((await ask("POST", "/v1/authorizations", order)).body).to.include({ error: "too_late" });
    expect((await ask("GET", `/v1/operations/${order.reference}`)).code).to.equal(404);
  });

  it("refuses what it cannot read, and a wrong key", async () => {
    for (const minorUnits of ["0", "-5", "1.5", "99999999999999999999", ""]) {
      expect((await authorize("tok_visa", randomUUID(), minorUnits)).code, minorUnits).to.equal(400);
    }
    expect((await ask("POST", "/v1/authorizations", [1, 2])).code).to.equal(400);
    expect((await ask("POST", "/v1/authorizations", "x".repeat(20_000))).code).to.equal(413);
    expect((await ask("GET", "/book", undefined, "another key")).code).to.equal(401);
    expect((await ask("GET", "/elsewhere")).code).to.equal(404);
  });

  it("remembers every answer that it gave after kill -9, and cuts off an unfinished line", async () => {
    const references = Array.from({ length: 300 }, () => randomUUID());
    const answered: string[] = [];
    const orders = references.map((reference) =>
      authorize("tok_visa", reference).then(
        () => answered.push(reference),
        () => undefined,
      ),
    );
    await orders[20];
    await bank.kill();
    await Promise.all(orders);
    await appendFile(join(bank.folder, "book.jsonl"), '{"reference":"half');
    await bank.start();
    const known = new Set((await bank.book()).map(({ authorization }) => authorization));
    expect(answered.filter((reference) => !known.has(reference))).to.deep.equal([]);
    expect(answered.length).to.be.greaterThan(0);
    await authorize("tok_visa");
    expect(await readFile(join(bank.folder, "book.jsonl"), "utf8")).not.to.include("half");
  });

  it("writes no token into its book", async () => {
    expect(await readFile(join(bank.folder, "book.jsonl"), "utf8")).not.to.include("tok_");
  });
});
