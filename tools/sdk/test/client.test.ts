import { execFile, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { until } from "../../../test/mesh/until.ts";
import { fromRunner } from "../../../test/support/parts.ts";
import { type System, startSystem } from "../../../test/support/system.ts";
import { openHotel, post } from "./hotel.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
// Debian's package python3-grpcio is not everywhere; where it is missing the runner has said so.
const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import grpc"]).status === 0);

describe("what partners build on", function () {
  this.timeout(120_000);
  let system: System;
  let sdk: string;
  let partner: string;

  before(async () => {
    sdk = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "sdk-"));
    const starting = startSystem({ services: ["bank", "payment-svc", "reservation-svc", "edge-rest"] });
    await run(process.execPath, [join(root, "tools/sdk/src/main.ts"), "--out", sdk]);
    partner = await installed();
    system = await starting;
  });
  after(() => system?.stop());

  // The package in an otherwise empty folder, as its file arrives at a partner.
  const installed = async () => {
    const folder = mkdtempSync(join(sdk, "partner-"));
    const pack = ["pack", "--silent", "--pack-destination", folder, join(sdk, "typescript")];
    const { stdout: packed } = await run("npm", pack);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "partner", private: true, type: "module" }));
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${packed.trim()}`], { cwd: folder });
    return folder;
  };
  const compile = async (file: string) => {
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const rules = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck", "false"];
    const target = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom,dom.iterable"];
    await run(join(root, "node_modules/.bin/tsc"), [...target, ...rules, ...types, file], { cwd: partner }).catch(
      (error: { readonly stdout: string }) => expect.fail(error.stdout),
    );
  };

  it("is a package that a partner installs, compiles against and books with", async () => {
    const { property } = await openHotel(system);
    copyFileSync(join(here, "partner-sample.txt"), join(partner, "partner.ts"));
    await compile("partner.ts");
    const words = ["partner.js", system.baseUrl, system.key, property];
    const { stdout } = await run(process.execPath, words, { cwd: partner, timeout: 50_000 });
    expect(JSON.parse(stdout)).to.deep.equal({
      stays: [property],
      total: "25800",
      nights: 10,
      held: "HELD",
      same: true,
      outcome: "DONE staymesh.reservation.v1.ReservationService/CreateReservation true",
      refusals: ["IdempotencyKeyReusedError 422 remedy", "RoomSoldOutError 409 remedy"],
      violation: "check_in_date",
      confirmed: "CONFIRMED",
      renamed: "Lisbon Central",
      cancelled: "CANCELLED",
      heard: ["reservation.held", "reservation.cancelled"],
    });
  });

  it("goes on watching after the edge has died, with every event once", async () => {
    const { property, roomType, ratePlan } = await openHotel(system);
    copyFileSync(join(here, "watch-sample.txt"), join(partner, "watch.ts"));
    await compile("watch.ts");
    const hold = async (externalReference: string) => {
      const room = { roomType, ratePlan, adults: 2 };
      const dates = { checkInDate: "2027-03-05", checkOutDate: "2027-03-07" };
      const quote = await post<{ quoteToken: string }>(system, `${property}/quotes`, { ...dates, rooms: [room] });
      const booker = { givenName: "Ana", familyName: "Silva" };
      const reservation = { quoteToken: quote.quoteToken, booker, externalReference };
      await post(system, `${property}/reservations`, { reservation });
    };
    const watcher = spawn(process.execPath, ["watch.js", system.baseUrl, system.key, property], { cwd: partner });
    try {
      const lines = createInterface(watcher.stdout)[Symbol.asyncIterator]();
      await hold("one");
      expect((await lines.next()).value).to.equal("reservation.held 1n one");
      await system.kill("edge-rest", "SIGKILL");
      await system.restart("edge-rest");
      await hold("two");
      await hold("three");
      expect((await lines.next()).value).to.equal("reservation.held 1n two");
      expect((await lines.next()).value).to.equal("reservation.held 1n three");
    } finally {
      watcher.kill();
    }
  });

  it("is a bundle of .proto files that lacks nothing, and that a Python partner books with", async function () {
    const protos = join(sdk, "protos");
    const built = join(protos, "built.binpb");
    await run(join(root, "node_modules/.bin/buf"), ["build", protos, "--output", built]);
    if (python === undefined) return this.skip();
    const env = { ...process.env, STAYMESH_KEY: system.key };
    for (const descriptors of [built, join(protos, "descriptors.binpb")]) {
      const { property } = await openHotel(system);
      const words = [join(sdk, "python/partner.py"), descriptors, system.addresses.reservation, property];
      const { stdout } = await run(python, words, { env, timeout: 50_000 });
      expect(JSON.parse(stdout)).to.deep.equal({
        offer: { currencyCode: "EUR", minorUnits: "25800" },
        held: "HELD",
        confirmed: "CONFIRMED",
        cancelled: "CANCELLED",
        heard: ["reservation.held", "reservation.cancelled"],
        refused: "INVALID_STATE",
        violations: ["check_in_date", "check_out_date"],
      });
    }
  });

  describe("by docs/partners.md", () => {
    const page = readFileSync(join(root, "docs/partners.md"), "utf8");
    const blocks = (language: string) =>
      [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text ?? "");
    const [issue = "", ...lines] = blocks("sh");
    let env: NodeJS.ProcessEnv;

    before("a new partner gets a key that soon works", async () => {
      const partners = system.env("edge-rest")["PARTNERS_FILE"] ?? "";
      const here = issue.replace("add acme", `add acme --file ${partners}`).replace(/http:\S+/, system.baseUrl);
      const { stdout } = await run("bash", ["-euc", `${here}\necho "$STAYMESH_KEY"`], { cwd: root });
      const key = stdout.trim();
      env = {
        ...process.env,
        STAYMESH_URL: system.baseUrl,
        STAYMESH_KEY: key,
        STAYMESH_RESERVATION: system.addresses.reservation,
        PYTHONPATH: join(sdk, "python"),
      };
      await until("the key works", 10_000, async () => {
        const headers = { authorization: `Bearer ${key}` };
        const { status } = await fetch(`${system.baseUrl}/v1/properties`, { headers });
        return status === 200 ? true : undefined;
      });
    });

    it("books with curl", async function () {
      if (!["curl", "jq"].every((program) => spawnSync(program, ["--version"]).error === undefined)) return this.skip();
      const { stdout } = await run("bash", ["-euo", "pipefail", "-c", lines.join("\n")], { env, cwd: root });
      expect(stdout)
        .to.include('"minorUnits":"25800"')
        .and.match(/\nCONFIRMED\nCANCELLED\n/)
        .and.match(/\nDONE\nproperties\/lisbon-city\/reservations\/\S+\n/);
      expect(stdout).to.include("reservation.cancelled");
    });

    it("books and watches with TypeScript", async () => {
      writeFileSync(join(partner, "book.ts"), blocks("ts").join("\n"));
      await compile("book.ts");
      const { stdout } = await run(process.execPath, ["book.js"], { env, cwd: partner, timeout: 50_000 });
      expect(stdout).to.match(
        /^properties\/lisbon-city 25800n\nproperties\/lisbon-city\/reservations\/\S+ CONFIRMED\nCANCELLED\n/,
      );
      expect(stdout).to.include("reservation.cancelled properties/lisbon-city/reservations/");
    });

    it("books with Python", async function () {
      if (python === undefined) return this.skip();
      const program = blocks("python").join("\n").replace("build/sdk/protos", join(sdk, "protos"));
      const { stdout } = await run(python, ["-c", program], { env, timeout: 50_000 });
      expect(stdout).to.equal("INVALID_STATE\nRELEASED\n");
    });
  });
});
