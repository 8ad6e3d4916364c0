import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentLog } from "@staymesh/service-kit";
import { expect } from "chai";
import { folderBlobs } from "../src/adapters/folder-blobs.ts";
import { tidy } from "../src/app/tidy.ts";
import { idOf, monthOrder, whole } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("the store of documents", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  it("takes no key that leads out of its folder", async () => {
    for (const key of ["../../etc/passwd", "a/b", "", "x".repeat(200)]) {
      try {
        await service.blobs.put(key, Buffer.from("x"));
        expect.fail("the key was accepted");
      } catch (error) {
        expect(error).to.include({ message: "the key of a document is malformed" });
      }
    }
  });

  it("forgets after an hour what a killed worker left, and nothing else", async () => {
    const { name } = await service.client.createReport(monthOrder());
    await service.run(idOf(name));
    const orphan = `0190a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b-${idOf(name)}`;
    await service.blobs.put(orphan, Buffer.from("left behind"));
    const shelf = join(service.folder, idOf(name).slice(-2));
    writeFileSync(join(shelf, `${orphan}.01020304.part`), "half");
    const { work } = service;
    expect(await tidy({ work, blobs: service.blobs, log: silentLog })).to.equal(0);
    const later = folderBlobs(service.folder, () => Date.now() + 2 * 3_600_000);
    expect(await tidy({ work, blobs: later, log: silentLog })).to.equal(1);
    expect(readdirSync(shelf)).to.have.length(1);
    const text = await whole(service.client.downloadReport({ name: `reports/${idOf(name)}` }));
    expect(text.toString()).to.include("properties/lisbon-city,2027-03");
  });
});
