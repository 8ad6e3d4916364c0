import { ErrorInfo } from "@staymesh/proto/google/rpc/error_details";
import { CreateReportMetadata, Report } from "@staymesh/proto/staymesh/report/v1/report";
import { expect } from "chai";
import { RenderFailure } from "../src/app/ports.ts";
import { RESERVATION } from "./support/fake-facts.ts";
import { confirmationOrder, idOf, monthOrder, refusalOf } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("GetOperation", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  it("ends with the report, packed under its type", async () => {
    const { name } = await service.client.createReport(monthOrder());
    await service.run(idOf(name));
    const operation = await service.client.getOperation({ name });
    expect(operation.done).to.equal(true);
    if (operation.result?.$case !== "response") expect.fail("the operation has no response");
    expect(operation.result.value.typeUrl).to.equal("type.googleapis.com/staymesh.report.v1.Report");
    const report = Report.decode(operation.result.value.value);
    expect(report).to.deep.equal(await service.client.getReport({ name: `reports/${idOf(name)}` }));
    const metadata = CreateReportMetadata.decode(operation.metadata?.value ?? Buffer.alloc(0));
    expect(metadata).to.include({ state: 3, attempts: 1 });
  });

  it("ends with a reason where the report cannot be made", async () => {
    const { name } = await service.client.createReport(confirmationOrder());
    const reservation = service.facts.reservations.get(RESERVATION);
    service.facts.reservations.delete(RESERVATION);
    await service.run(idOf(name));
    if (reservation !== undefined) service.facts.reservations.set(RESERVATION, reservation);
    const { done, result } = await service.client.getOperation({ name });
    expect(done).to.equal(true);
    if (result?.$case !== "error") expect.fail("the operation has no error");
    expect(result.value.message).to.equal("What the report is about is no longer there.");
    const [detail] = result.value.details;
    expect(detail?.typeUrl).to.equal("type.googleapis.com/google.rpc.ErrorInfo");
    expect(ErrorInfo.decode(detail?.value ?? Buffer.alloc(0))).to.deep.equal({
      reason: "REPORT_FAILED",
      domain: "staymesh.io",
      metadata: { cause: "NOT_FOUND" },
    });
  });

  it("is tried a few times where rendering fails, and then ends", async () => {
    const { name } = await service.client.createReport(monthOrder());
    const renderer = {
      render: async () => {
        throw new RenderFailure("TIMED_OUT", "too slow");
      },
    };
    await service.run(idOf(name), { renderer });
    expect((await service.client.getOperation({ name })).done).to.equal(false);
    await service.run(idOf(name), { renderer });
    await service.run(idOf(name), { renderer });
    const { result } = await service.client.getOperation({ name });
    expect(result?.$case).to.equal("error");
  });

  it("does not know another partner's operation", async () => {
    const { name } = await service.client.createReport(monthOrder());
    const stranger = { principal: service.as({ partner: "stranger" }) };
    expect((await refusalOf(service.client.getOperation({ name }, stranger))).reason).to.equal("NOT_FOUND");
  });
});
