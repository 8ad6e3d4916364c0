import { SettingsError } from "@staymesh/service-kit";
import { expect } from "chai";
import { readConfig } from "../src/config.ts";

const good = {
  PARTNERS_FILE: "partners.json",
  SERVICE_KEY: "0123456789abcdef",
  DATABASE_URL: "postgres://localhost/reports",
  REDIS_QUEUE_URL: "redis://localhost:6379",
  REPORTS_DIR: "/var/lib/reports",
  RESERVATION_ADDRESS: "localhost:50051",
  PAYMENT_ADDRESS: "localhost:50052",
};

describe("the settings of report-svc", () => {
  it("have a default wherever one makes sense", () => {
    expect(readConfig(good)).to.include({
      port: 50053,
      workerConcurrency: 1,
      renderTimeoutMs: 20_000,
      waitingMax: 500,
    });
  });

  it("are refused all at once where several are wrong", () => {
    try {
      readConfig({ ...good, REPORTS_DIR: "", WORKER_CONCURRENCY: "many", REDIS_QUEUE_URL: "http://x" });
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      expect(error.problems).to.have.length(3);
      return;
    }
    expect.fail("the settings were accepted");
  });
});
