import { randomUUID } from "node:crypto";
import { CreateReportMetadata } from "@staymesh/proto/staymesh/report/v1/report";
import { expect } from "chai";
import { PROPERTY, RESERVATION } from "./support/fake-facts.ts";
import { confirmationOrder, idOf, monthOrder, refusalOf } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("CreateReport", () => {
  let service: TestService;
  before(async () => {
    service = await testService({ waitingMax: 5 });
  });
  after(() => service[Symbol.asyncDispose]());
  beforeEach(async () => {
    await service.database.pool.query("TRUNCATE report, stored_answer");
    service.woken.length = 0;
    service.facts.calls.clear();
  });

  const rows = async () => Number((await service.database.pool.query("SELECT count(*) FROM report")).rows[0].count);

  it("answers with an operation that waits, and wakes a worker", async () => {
    const operation = await service.client.createReport(confirmationOrder());
    expect(operation.name).to.match(/^operations\/[0-9a-f-]{36}$/);
    expect(operation).to.include({ done: false, result: undefined });
    expect(operation.metadata?.typeUrl).to.equal("type.googleapis.com/staymesh.report.v1.CreateReportMetadata");
    const metadata = CreateReportMetadata.decode(operation.metadata?.value ?? Buffer.alloc(0));
    expect(metadata).to.include({ report: `reports/${idOf(operation.name)}`, state: 1, attempts: 0 });
    expect(service.woken).to.deep.equal([idOf(operation.name)]);
  });

  it("accepts the same request fifty times at once as one, with one answer", async () => {
    const order = confirmationOrder();
    const answers = await Promise.all(Array.from({ length: 50 }, () => service.client.createReport(order)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).to.have.property("size", 1);
    expect(await rows()).to.equal(1);
    expect(service.woken).to.have.length(1);
  });

  it("gives the first answer again after the report is done", async () => {
    const order = monthOrder();
    const first = await service.client.createReport(order);
    await service.run(idOf(first.name));
    expect(await service.client.createReport(order)).to.deep.equal(first);
  });

  it("refuses a request id that was used for another request", async () => {
    const requestId = randomUUID();
    await service.client.createReport(monthOrder({ requestId }));
    const refusal = await refusalOf(service.client.createReport(monthOrder({ requestId, month: "2027-04" })));
    expect(refusal.reason).to.equal("IDEMPOTENCY_KEY_REUSED");
    expect(await rows()).to.equal(1);
  });

  it("refuses at once what is not there, and says the same again later", async () => {
    const reservation = `${RESERVATION.slice(0, -1)}c`;
    const order = confirmationOrder({ reservation });
    expect((await refusalOf(service.client.createReport(order))).reason).to.equal("NOT_FOUND");
    service.facts.calls.clear();
    expect((await refusalOf(service.client.createReport(order))).reason).to.equal("NOT_FOUND");
    expect([...service.facts.calls]).to.deep.equal([]);
    const property = await refusalOf(service.client.createReport(monthOrder({ property: "properties/nowhere" })));
    expect(property.reason).to.equal("NOT_FOUND");
    expect(await rows()).to.equal(0);
  });

  it("refuses a booking confirmation as CSV, naming what is offered", async () => {
    const refusal = await refusalOf(service.client.createReport(confirmationOrder({ format: 2 })));
    expect(refusal).to.include({ reason: "FORMAT_NOT_OFFERED", message: "This report comes as PDF only." });
  });

  it("refuses month 13, unknown languages, and requests without an id, naming the field", async () => {
    const orders = [
      [monthOrder({ month: "2027-13" }), "report.monthly_performance.month"],
      [confirmationOrder({ languageCode: "xx" }), "report.language_code"],
      [{ ...confirmationOrder(), requestId: "" }, "request_id"],
      [{ ...confirmationOrder(), report: undefined }, "report"],
    ] as const;
    for (const [order, field] of orders) {
      const refusal = await refusalOf(service.client.createReport(order));
      expect(refusal.reason).to.equal("INVALID_REQUEST");
      expect(refusal.violations?.map((violation) => violation.field)).to.include(field);
    }
  });

  it("refuses another partner's reservation as not there, and a property without a grant", async () => {
    const stranger = service.as({ partner: "stranger" });
    const foreign = await refusalOf(service.client.createReport(confirmationOrder(), { principal: stranger }));
    expect(foreign.reason).to.equal("NOT_FOUND");
    const ungranted = service.as({ partner: "acme", properties: ["porto-bay"] });
    const refusal = await refusalOf(service.client.createReport(monthOrder(), { principal: ungranted }));
    expect(refusal).to.include({ reason: "PROPERTY_NOT_GRANTED" });
    expect(refusal.facts).to.include({ property: PROPERTY.split("/")[1] });
  });

  it("needs no right to read reservations, only to order reports", async () => {
    const reporter = service.as({ partner: "acme", scopes: ["reports.write"] });
    expect((await service.client.createReport(confirmationOrder(), { principal: reporter })).done).to.equal(false);
  });

  it("lets only so many reports of a partner wait, and says when to come back", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, () => service.client.createReport(monthOrder())),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).to.have.length(5);
    const order = monthOrder();
    const refusal = await refusalOf(service.client.createReport(order));
    expect(refusal).to.include({ reason: "QUEUE_FULL", retryAfterMs: 5000 });
    // Full is no answer for good: the same request is accepted once there is room.
    await service.run(service.woken[0] ?? "");
    expect((await service.client.createReport(order)).done).to.equal(false);
  });

  it("changes nothing where it is only asked to validate", async () => {
    const order = { ...confirmationOrder(), validateOnly: true };
    expect((await service.client.createReport(order)).done).to.equal(false);
    expect(await rows()).to.equal(0);
    expect(service.woken).to.deep.equal([]);
    const bad = { ...confirmationOrder({ format: 2 }), validateOnly: true };
    expect((await refusalOf(service.client.createReport(bad))).reason).to.equal("FORMAT_NOT_OFFERED");
    const stored = await service.database.pool.query("SELECT FROM stored_answer");
    expect(stored.rowCount).to.equal(0);
  });
});
