import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { capacityOf, stayOf } from "./support/fake-facts.ts";
import { confirmationOrder, idOf, monthOrder, refusalOf } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("GetReport and ListReports", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  const ordered = async (order = confirmationOrder()) => idOf((await service.client.createReport(order)).name);

  it("tells how far a report has come", async () => {
    service.facts.stays.push(
      capacityOf("2027-03-05", 2),
      stayOf(4, "2027-03-05", "2027-03-06", [["2027-03-05", 9900]]),
    );
    const id = await ordered(monthOrder());
    const waiting = await service.client.getReport({ name: `reports/${id}` });
    expect(waiting).to.include({ name: `reports/${id}`, state: 1, sizeBytes: 0n, sha256: "", languageCode: "en" });
    await service.run(id);
    const done = await service.client.getReport({ name: `reports/${id}` });
    expect(done).to.include({ state: 3, contentType: "text/csv; charset=utf-8" });
    expect(done.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(done.completeTime).to.not.equal(undefined);
    expect(done.kind).to.deep.equal({
      $case: "monthlyPerformance",
      value: { property: "properties/lisbon-city", month: "2027-03" },
    });
  });

  it("does not know another partner's report, nor a name that is none", async () => {
    const id = await ordered();
    const stranger = { principal: service.as({ partner: "stranger" }) };
    const foreign = await refusalOf(service.client.getReport({ name: `reports/${id}` }, stranger));
    expect(foreign.reason).to.equal("NOT_FOUND");
    for (const name of ["reports/abc", `reports/${randomUUID()}`]) {
      expect((await refusalOf(service.client.getReport({ name }))).reason).to.equal("NOT_FOUND");
    }
  });

  it("keeps a report of a property from keys without its grant", async () => {
    const id = await ordered();
    const ungranted = { principal: service.as({ partner: "acme", properties: ["porto-bay"] }) };
    const refusal = await refusalOf(service.client.getReport({ name: `reports/${id}` }, ungranted));
    expect(refusal.reason).to.equal("PROPERTY_NOT_GRANTED");
    expect((await service.client.listReports({ pageSize: 0, pageToken: "" }, ungranted)).reports).to.deep.equal([]);
  });

  it("lists the newest first, page by page, without skipping when new ones come in between", async () => {
    await service.database.pool.query("TRUNCATE report, stored_answer");
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift(await ordered());
    // Ids of one millisecond have no order of their own.
    ids.sort().reverse();
    const first = await service.client.listReports({ pageSize: 2, pageToken: "" });
    await ordered();
    const second = await service.client.listReports({ pageSize: 2, pageToken: first.nextPageToken });
    const third = await service.client.listReports({ pageSize: 2, pageToken: second.nextPageToken });
    const names = [first, second, third].flatMap(({ reports }) => reports.map(({ name }) => idOf(name)));
    expect(names).to.deep.equal(ids);
    expect(third.nextPageToken).to.equal("");
  });

  it("refuses a page token that is not of this list", async () => {
    const { nextPageToken } = await service.client.listReports({ pageSize: 1, pageToken: "" });
    const narrower = { principal: service.as({ partner: "acme", properties: ["lisbon-city"] }) };
    const calls = [
      service.client.listReports({ pageSize: 1, pageToken: "garbage" }),
      service.client.listReports({ pageSize: 1, pageToken: nextPageToken }, narrower),
    ];
    for (const call of calls) expect((await refusalOf(call)).reason).to.equal("PAGE_TOKEN_INVALID");
  });
});
