import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { ReportServiceService } from "@staymesh/proto/staymesh/report/v1/report";
import { principalOf } from "@staymesh/service-kit";
import { writeForwarded } from "@staymesh/service-kit/principals-file";
import { expect } from "chai";
import { TEST_KEY } from "../../../packages/service-kit/testing/call-as.ts";
import type { Renderer } from "../src/app/ports.ts";
import { PARTNER } from "./support/fake-facts.ts";
import { confirmationOrder, idOf, monthOrder, refusalOf, whole } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("DownloadReport", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  const made = async (order = confirmationOrder(), renderer?: Renderer) => {
    const id = idOf((await service.client.createReport(order)).name);
    await service.run(id, renderer === undefined ? {} : { renderer });
    return id;
  };

  it("streams the document whole, in pieces of a bounded size", async () => {
    const bytes = Buffer.alloc(1_000_001, "staymesh ");
    const id = await made(monthOrder(), { render: async () => ({ contentType: "text/csv", bytes, cpuMs: 1 }) });
    const sizes: number[] = [];
    const pieces: Buffer[] = [];
    for await (const { data, contentType } of service.client.downloadReport({ name: `reports/${id}` })) {
      expect(contentType).to.equal("text/csv");
      sizes.push(data.length);
      pieces.push(data);
    }
    expect(Buffer.concat(pieces).equals(bytes)).to.equal(true);
    expect(Math.max(...sizes)).to.be.at.most(256 * 1024);
    expect(Math.min(...sizes.slice(0, -1))).to.be.at.least(64 * 1024);
  });

  it("gives the PDF of a booking, as large and with the digest that the report says", async () => {
    const name = `reports/${await made()}`;
    const [report, bytes] = await Promise.all([
      service.client.getReport({ name }),
      whole(service.client.downloadReport({ name })),
    ]);
    expect(bytes.subarray(0, 5).toString()).to.equal("%PDF-");
    expect(BigInt(bytes.length)).to.equal(report.sizeBytes);
    expect(createHash("sha256").update(bytes).digest("hex")).to.equal(report.sha256);
  });

  it("tells a file name and an entity tag", async () => {
    const id = await made(monthOrder());
    const report = await service.client.getReport({ name: `reports/${id}` });
    const headers = await headersOf(service.client.address, `reports/${id}`);
    expect(headers.get("content-disposition")).to.deep.equal([
      'attachment; filename="monthly-performance-lisbon-city-2027-03.csv"',
    ]);
    expect(headers.get("etag")).to.deep.equal([`"${report.sha256}"`]);
  });

  it("refuses a document that is not there yet, was given up, or is gone", async () => {
    const waiting = (await service.client.createReport(monthOrder())).name;
    const name = `reports/${idOf(waiting)}`;
    expect(await refusalOf(whole(service.client.downloadReport({ name })))).to.include({ reason: "REPORT_NOT_READY" });
    await service.client.cancelOperation({ name: waiting, requestId: crypto.randomUUID(), validateOnly: false });
    expect(await refusalOf(whole(service.client.downloadReport({ name })))).to.include({ reason: "REPORT_FAILED" });
    const lost = `reports/${await made(monthOrder())}`;
    rmSync(service.folder, { recursive: true });
    const refusal = await refusalOf(whole(service.client.downloadReport({ name: lost })));
    expect(refusal.reason).to.equal("REPORT_FAILED");
    expect(refusal.facts).to.include({ cause: "GONE" });
  });

  it("keeps a document from other partners", async () => {
    const name = `reports/${await made(monthOrder())}`;
    const stranger = { principal: service.as({ partner: "stranger" }) };
    expect((await refusalOf(whole(service.client.downloadReport({ name }, stranger)))).reason).to.equal("NOT_FOUND");
  });
});

// The kit's client shows messages only; this one looks at the response metadata.
function headersOf(address: string, name: string): Promise<Metadata> {
  const { path, requestSerialize, responseDeserialize } = ReportServiceService.downloadReport;
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${TEST_KEY}`);
  metadata.set("staymesh-principal", writeForwarded(principalOf({ partner: PARTNER })));
  return new Promise((resolve, reject) => {
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { name }, metadata);
    stream.on("metadata", resolve);
    stream.on("error", reject);
    stream.on("data", () => {});
    stream.on("end", () => client.close());
  });
}
