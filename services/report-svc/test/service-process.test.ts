import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ReportServiceService } from "@staymesh/proto/staymesh/report/v1/report";
import { connect, principalOf } from "@staymesh/service-kit";
import { testContract } from "@staymesh/service-kit/testing";
import { expect } from "chai";
import { redisUrl } from "../../../test/support/parts.ts";
import { PARTNER, SERVICE_KEY } from "./support/fake-facts.ts";
import { monthOrder, refusalOf } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

const script = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const digest = (key: string) => createHash("sha256").update(key).digest("hex");

describe("the process of report-svc", function () {
  this.timeout(30_000);
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  it("serves, is ready, and ends in good order when it is told to", async () => {
    const folder = mkdtempSync(join(tmpdir(), "report-svc-"));
    const partnersFile = join(folder, "partners.json");
    writeFileSync(
      partnersFile,
      JSON.stringify({ services: [{ service: "edge", sha256: digest("the-key-of-the-edge") }] }),
    );
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, [script], {
      env: {
        PATH,
        PORT: "0",
        PARTNERS_FILE: partnersFile,
        SERVICE_KEY,
        DATABASE_URL: service.databaseUrl,
        REDIS_QUEUE_URL: await redisUrl("queue"),
        REPORTS_DIR: join(folder, "documents"),
        RESERVATION_ADDRESS: service.facts.address,
        PAYMENT_ADDRESS: service.facts.address,
      },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });
    child.stdout?.resume();
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const { port, adminPort } = await new Promise<{ port: number; adminPort: number }>((resolve) =>
      child.once("message", (message: { port: number; adminPort: number }) => resolve(message)),
    );
    expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).to.equal(200);
    const contract = await testContract();
    using client = connect(ReportServiceService, {
      address: `127.0.0.1:${port}`,
      contract,
      serviceKey: "the-key-of-the-edge",
      name: "test",
    });
    const caller = { principal: principalOf({ partner: PARTNER }) };
    expect((await client.createReport(monthOrder(), caller)).done).to.equal(false);
    const nobody = { principal: principalOf({ partner: PARTNER, scopes: ["reports.read"] }) };
    expect((await refusalOf(client.createReport(monthOrder(), nobody))).reason).to.equal("SCOPE_MISSING");
    child.kill("SIGTERM");
    expect(await exited).to.equal(0);
  });
});
