// Long: run by `npm run images:check`, after `npm run images`.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { restOf } from "../../../test/mesh/rest.ts";
import { until } from "../../../test/mesh/until.ts";
import { type System, startSystem } from "../../../test/support/system.ts";
import { USER_ID } from "../src/base.ts";
import { buildImage } from "../src/build-image.ts";
import { IMAGES } from "../src/images.ts";
import { type MountedImage, mountImage } from "./run-image.ts";

/** Which image each process of the system runs from, and what in it. */
const PROCESSES = [
  { name: "bank", image: "tools/sandbox-bank", script: "src/main.ts" },
  { name: "payment-svc", image: "services/payment-svc", script: "src/main.ts" },
  { name: "reservation-svc", image: "services/reservation-svc", script: "src/main.ts" },
  { name: "report-svc", image: "services/report-svc", script: "src/main.ts" },
  { name: "report-worker-1", image: "services/report-svc", script: "src/worker.ts" },
  { name: "edge-rest", image: "services/edge-rest", script: "src/main.ts" },
] as const;

describe("the images", function () {
  this.timeout(600_000);
  const mounted = new Map<string, MountedImage>();
  const started: ChildProcess[] = [];
  let system: System;

  before(async () => {
    for (const image of IMAGES) mounted.set(image, mountImage(image));
    system = await startSystem();
  });
  after(async () => {
    for (const child of started) child.kill("SIGTERM");
    await Promise.all(
      started
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map((child) => once(child, "exit")),
    );
    await system?.stop();
    for (const image of mounted.values()) image[Symbol.dispose]();
  });

  const imageOf = (folder: string): MountedImage => {
    const found = mounted.get(folder);
    if (found === undefined) throw new Error(`there is no image of ${folder}`);
    return found;
  };

  for (const folder of IMAGES) {
    it(`${folder} runs as user ${USER_ID} with no capability, on a root that it cannot write, and has no shell`, () => {
      const facts = JSON.parse(
        imageOf(folder).evaluate(`
          const fs = require("node:fs");
          const status = fs.readFileSync("/proc/self/status", "utf8");
          const attempt = (path) => { try { fs.writeFileSync(path, ""); return "written"; } catch (error) { return error.code; } };
          console.log(JSON.stringify({
            user: process.getuid(),
            capabilities: /CapEff:\\s*(\\w+)/.exec(status)[1],
            write: [attempt("/app/x"), attempt("/x"), attempt("/usr/x")],
            shells: ["/bin/sh", "/bin/bash", "/usr/bin/sh", "/usr/bin/dash", "/usr/bin/apt", "/usr/bin/dpkg"].filter((path) => fs.existsSync(path)),
          }));`),
      );
      expect(facts).to.deep.equal({
        user: USER_ID,
        capabilities: "0000000000000000",
        write: ["EROFS", "EROFS", "EROFS"],
        shells: [],
      });
    });
  }

  it("has a migration job that finds nothing left to do on a migrated database, and says so", async () => {
    const job = imageOf("tools/migrate").start(
      "tools/migrate/src/main.ts",
      { DATABASE_URL: system.databaseUrls["payment-svc"] },
      [],
      ["--service", "payment-svc"],
    );
    const [code] = await once(job, "exit");
    expect(code).to.equal(0);
  });

  for (const { name, image, script } of PROCESSES) {
    it(`${image} takes the place of ${name} in the running system and answers its health check`, async () => {
      const env = system.env(name);
      await system.kill(name, "SIGTERM");
      const child = imageOf(image).start(`${image}/${script}`, env, [system.folder]);
      started.push(child);
      const port = env["ADMIN_PORT"] ?? env["PORT"];
      const healthy = async (path: string) =>
        (await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined))?.status === 200 || undefined;
      await until(`${name} is healthy`, 30_000, () => healthy("/healthz"));
      if (name !== "bank") await until(`${name} is ready`, 30_000, () => healthy("/readyz"));
    });
  }

  it("books, pays and prints with every process running from its image", async () => {
    const rest = restOf(system.baseUrl);
    const ask = async (verb: string, path: string, body?: Parameters<typeof rest>[2]) => {
      const answer = await rest(verb, path, body, { key: system.key });
      expect(answer.status, JSON.stringify(answer.body)).to.be.oneOf([200, 201]);
      return answer;
    };
    const hotel = "properties/image-inn";
    await ask("POST", "/v1/properties?propertyId=image-inn", {
      displayName: "Image Inn",
      timeZone: "Europe/Lisbon",
      currencyCode: "EUR",
    });
    await ask("POST", `/v1/${hotel}/roomTypes?roomTypeId=a`, { displayName: "Room", maxAdults: 2 });
    const roomType = `${hotel}/roomTypes/a`;
    await ask("POST", `/v1/${hotel}/inventory:batchUpdate`, {
      updates: [{ roomType, startDate: "2027-03-01", endDate: "2027-04-01", capacity: 2 }],
    });
    const agreedNightlyPrice = { currencyCode: "EUR", minorUnits: "10000" };
    const { body: booked } = await ask("POST", `/v1/${hotel}/reservations`, {
      reservation: {
        checkInDate: "2027-03-05",
        checkOutDate: "2027-03-07",
        rooms: [{ roomType, adults: 2, agreedNightlyPrice }],
        booker: { givenName: "Ana", familyName: "Silva" },
      },
      payment: { paymentMethodToken: "tok_visa" },
    });
    expect(booked["state"]).to.equal("CONFIRMED");
    const { body: operation } = await ask("POST", "/v1/reports", {
      report: { bookingConfirmation: { reservation: String(booked["name"]) }, format: "PDF" },
    });
    const report = String(operation["name"]).replace("operations/", "reports/");
    await until("the report is there", 30_000, async () =>
      (await ask("GET", `/v1/${report}`)).body["state"] === "SUCCEEDED" ? true : undefined,
    );
    const { bytes } = await ask("GET", `/v1/${report}:download`);
    expect(bytes.subarray(0, 5).toString("latin1")).to.equal("%PDF-");
  });

  it("is the same to the byte when it is built again from nothing", () => {
    const { digest, packedBytes } = buildImage("tools/sandbox-bank");
    const anew = buildImage("tools/sandbox-bank", { again: true });
    expect(anew.digest).to.equal(digest);
    expect(anew.packedBytes).to.equal(packedBytes);
  });
});
