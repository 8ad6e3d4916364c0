import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { fromRunner } from "../../../test/support/parts.ts";
import { type System, startSystem } from "../../../test/support/system.ts";
import { csvOf, syntheticRows, zipOf } from "./support/synthetic-file.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

describe("npm run replay, against the whole of staymesh", function () {
  this.timeout(180_000);
  let system: System;
  let file: string;

  before(async () => {
    system = await startSystem();
    file = join(mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "replay-")), "hotel_bookings.csv.zip");
    writeFileSync(file, zipOf("hotel_bookings.csv", csvOf(syntheticRows(20_260_101))));
  });

  after(async () => {
    await system?.stop();
  });

  it("plays a small file through REST, and every month matches the file", async () => {
    const { code, output } = await replay("--suffix", "web", "--endpoint", system.baseUrl);
    expectFaithful(code, output);
  });

  it("changes nothing when it is run again with the same suffix", async () => {
    const before = await reservationCount("city-hotel-web");
    const { code, output } = await replay("--suffix", "web", "--endpoint", system.baseUrl);
    expectFaithful(code, output);
    expect(await reservationCount("city-hotel-web"))
      .to.equal(before)
      .and.to.be.above(50);
  });

  it("plays the same file through gRPC", async () => {
    const { reservation, report } = system.addresses;
    const addresses = ["--reservation-address", reservation, "--report-address", report];
    const { code, output } = await replay("--suffix", "wire", "--via", "grpc", ...addresses, "--concurrency", "32");
    expectFaithful(code, output);
  });

  function expectFaithful(code: number, output: string): void {
    expect(output).to.match(/city-hotel-\w+, the file beside the monthly reports/);
    expect(output).to.match(/resort-hotel-\w+, the file beside the monthly reports/);
    expect(output).to.match(/2016-03 .* match\n/);
    expect(output).to.not.include("MISMATCH");
    expect(output).to.match(/odd rows, refused by the API: 5\n/);
    for (const odd of ["NO_NIGHTS", "NO_GUESTS", "NEGATIVE_PRICE"])
      expect(output).to.include(`${odd}: INVALID_REQUEST (`);
    expect(output).to.not.include("unexpected:");
    expect(output).to.include("Every month matches the file.");
    expect(code).to.equal(0);
  }

  function replay(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [main, file, "--key", system.key, ...args], (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
          output: `${stdout}${stderr}`,
        });
      });
    });
  }

  async function reservationCount(property: string): Promise<number> {
    const url = `${system.baseUrl}/v1/properties/${property}/reservations?pageSize=500`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${system.key}` } });
    const page: { readonly reservations?: readonly unknown[] } = JSON.parse(await answer.text());
    return page.reservations?.length ?? 0;
  }
});
