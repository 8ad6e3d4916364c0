import { defaultImage, loadContract } from "@staymesh/contract";
import { silentLog } from "@staymesh/service-kit";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { expect } from "chai";
import { readConfig } from "../src/config.ts";
import { type RunningEdge, startEdge } from "../src/start.ts";
import { findBrowser, visit } from "./support/browser.ts";

describe("the documentation page", function () {
  this.timeout(90_000);
  let edge: RunningEdge;

  before(async () => {
    const services = [
      "reservation.v1.CatalogService",
      "reservation.v1.ReservationService",
      "payment.v1.PaymentService",
    ];
    const upstreams = services.map((name) => `staymesh.${name}=127.0.0.1:1`).join(",");
    const config = readConfig({ UPSTREAMS: upstreams, HTTP_PORT: "0" });
    const contract = loadContract(await defaultImage());
    edge = await startEdge({ config, contract, telemetry: noTelemetry(), log: silentLog });
  });
  after(() => edge.close());

  it("allows nothing from elsewhere", async () => {
    const response = await fetch(`http://127.0.0.1:${edge.port}/docs`);
    expect(response.headers.get("content-security-policy")).to.include("default-src 'none'");
    expect(await response.text()).not.to.match(/https?:\/\//);
  });

  it("shows the contract and asks no other host for anything", async function () {
    const browser = findBrowser();
    if (browser === undefined) {
      console.log("      (skipped: this machine has no Chromium)");
      this.skip();
    }
    const { requested, complaints, text } = await visit(
      browser,
      `http://127.0.0.1:${edge.port}/docs`,
      "CatalogService",
    );
    expect(text).to.include("CatalogService");
    const origin = `http://127.0.0.1:${edge.port}/`;
    const elsewhere = requested.filter((url) => !url.startsWith(origin) && !/^(data|blob|about):/.test(url));
    expect(elsewhere).to.deep.equal([]);
    expect(complaints).to.deep.equal([]);
  });

  it("sends a call from the page and shows its answer", async function () {
    const browser = findBrowser();
    if (browser === undefined) this.skip();
    const { requested, text } = await visit(browser, `http://127.0.0.1:${edge.port}/docs`, "CatalogService", [
      { button: "Test Request", word: "Send" },
      { button: "Send", word: "UNAUTHENTICATED" },
    ]);
    const called = requested.filter((url) => url.startsWith(`http://127.0.0.1:${edge.port}/v1/`));
    expect(called).to.have.length(1);
    // Nobody has typed a key.
    expect(text).to.include("401").and.include("UNAUTHENTICATED");
  });
});
