import { randomUUID } from "node:crypto";
import { Operation } from "@staymesh/proto/google/longrunning/operations";
import { Status } from "@staymesh/proto/google/rpc/status";
import { type RequestOutcome, RequestOutcome_State } from "@staymesh/proto/staymesh/request/v1/request";
import { decodeDetails } from "@staymesh/service-kit/status-details";
import { expect } from "chai";
import { PROPERTY } from "./support/fake-facts.ts";
import { monthOrder, refusalOf } from "./support/orders.ts";
import { principal, type TestService, testService } from "./support/service.ts";

const SERVICE = "staymesh.report.v1.ReportService";

describe("asking what became of a write to the report service", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  const ask = (requestId: string, as = principal): Promise<RequestOutcome> =>
    service.requests.getRequestOutcome({ requestId }, { principal: as });
  const at = (property: string) => ({ ...principal, properties: [property] });
  const wordOf = ({ state }: RequestOutcome) =>
    Object.entries(RequestOutcome_State).find(([, number]) => number === state)?.[0];
  const responseOf = ({ result }: RequestOutcome) => (result?.$case === "response" ? result.value : undefined);

  it("tells the operation that was answered with, byte for byte, also when it has gone on", async () => {
    const order = monthOrder();
    const operation = await service.client.createReport(order);
    const stop = { name: operation.name, requestId: randomUUID(), validateOnly: false };
    const stopped = await service.client.cancelOperation(stop);
    const expected = [
      [order.requestId, "CreateReport", operation],
      [stop.requestId, "CancelOperation", stopped],
    ] as const;
    for (const [requestId, method, answer] of expected) {
      const outcome = await ask(requestId.toUpperCase());
      expect([wordOf(outcome), outcome.method, outcome.requestId]).to.deep.equal([
        "DONE",
        `${SERVICE}/${method}`,
        requestId,
      ]);
      expect(responseOf(outcome)?.typeUrl).to.equal("type.googleapis.com/google.longrunning.Operation");
      expect(responseOf(outcome)?.value).to.deep.equal(Buffer.from(Operation.encode(answer).finish()));
      expect(Number(outcome.receiveTime?.seconds)).to.be.greaterThan(1_700_000_000);
    }
  });

  it("tells why a write was refused, as a repeat is told", async () => {
    const order = monthOrder({ property: "properties/nowhere" });
    const first = await refusalOf(service.client.createReport(order));
    const { result } = await ask(order.requestId);
    const told = result?.$case === "error" ? decodeDetails(Status.encode(result.value).finish()) : undefined;
    const { reason, message, facts } = await refusalOf(service.client.createReport(order));
    expect(reason).to.equal(first.reason).and.to.equal("NOT_FOUND");
    expect(told).to.deep.include({ reason, message, facts });
  });

  it("has never seen what nobody sent, what another partner sent, and what changed nothing", async () => {
    const order = monthOrder();
    await service.client.createReport(order);
    const tried = { ...monthOrder(), validateOnly: true };
    await service.client.createReport(tried);
    const outcomes = [
      await ask(randomUUID()),
      await ask(order.requestId, { ...principal, partner: "somebody-else" }),
      await ask(tried.requestId),
    ];
    for (const outcome of outcomes) {
      expect([wordOf(outcome), outcome.method, outcome.result]).to.deep.equal(["NEVER_SEEN", "", undefined]);
    }
  });

  it("refuses to tell of a report of a property for which the key has no grant", async () => {
    const order = monthOrder();
    await service.client.createReport(order);
    expect((await refusalOf(ask(order.requestId, at("elsewhere")))).reason).to.equal("PROPERTY_NOT_GRANTED");
    expect(wordOf(await ask(order.requestId, at(PROPERTY.replace("properties/", ""))))).to.equal("DONE");
  });

  it("tells of answers that noted neither method nor property", async () => {
    const made = monthOrder();
    await service.client.createReport(made);
    const refused = monthOrder({ property: "properties/nowhere" });
    await refusalOf(service.client.createReport(refused));
    await service.database.pool.query("UPDATE stored_answer SET method = NULL, property_id = NULL");
    const there = at(PROPERTY.replace("properties/", ""));
    expect((await ask(made.requestId, there)).method).to.equal(`${SERVICE}/CreateReport`);
    expect((await refusalOf(ask(refused.requestId, at("nowhere")))).reason).to.equal("PROPERTY_NOT_GRANTED");
    expect((await ask(refused.requestId)).method).to.equal(`${SERVICE}/CreateReport`);
  });
});
