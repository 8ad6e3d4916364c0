import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { fromRunner } from "../../../test/support/parts.ts";
import { type System, startSystem } from "../../../test/support/system.ts";
import { openHotel } from "./hotel.ts";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("what partners build on", function () {
  this.timeout(120_000);
  let system: System;
  let sdk: string;

  before(async () => {
    sdk = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "sdk-"));
    const writer = run(process.execPath, [join(root, "tools/sdk/src/main.ts"), "--out", sdk]);
    system = await startSystem({ services: ["bank", "payment-svc", "reservation-svc", "edge-rest"] });
    await writer;
  });
  after(() => system?.stop());

  it("is a package that a partner installs, compiles against and books with", async () => {
    const { property } = await openHotel(system.baseUrl, system.key);
    const folder = mkdtempSync(join(sdk, "partner-"));
    const { stdout: packed } = await run("npm", [
      "pack",
      "--silent",
      "--pack-destination",
      folder,
      join(sdk, "typescript"),
    ]);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "partner", private: true, type: "module" }));
    await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${packed.trim()}`], { cwd: folder });
    copyFileSync(join(here, "partner-sample.txt"), join(folder, "partner.ts"));
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const rules = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck", "false"];
    const target = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom,dom.iterable"];
    await run(join(root, "node_modules/.bin/tsc"), [...target, ...rules, ...types, "partner.ts"], {
      cwd: folder,
    }).catch((error: { readonly stdout: string }) => expect.fail(error.stdout));
    const { stdout } = await run(process.execPath, ["partner.js", system.baseUrl, system.key, property], {
      cwd: folder,
    });
    expect(JSON.parse(stdout)).to.deep.equal({
      stays: [property],
      total: "25800",
      nights: 10,
      held: "HELD",
      same: true,
      refusals: ["IdempotencyKeyReusedError 422 remedy", "RoomSoldOutError 409 remedy"],
      violation: "check_in_date",
      confirmed: "CONFIRMED",
      renamed: "Lisbon Central",
      cancelled: "CANCELLED",
      heard: ["reservation.held", "reservation.cancelled"],
    });
  });

  it("is a bundle of .proto files that lacks nothing, and that a Python partner books with", async function () {
    const protos = join(sdk, "protos");
    const built = join(sdk, "built.binpb");
    await run(join(root, "node_modules/.bin/buf"), ["build", protos, "--output", built]);
    const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import grpc"]).status === 0);
    // Debian's package python3-grpcio is not everywhere; where it is missing the runner has said so.
    if (python === undefined) return this.skip();
    const env = { ...process.env, STAYMESH_KEY: system.key };
    for (const descriptors of [built, join(protos, "descriptors.binpb")]) {
      const { property } = await openHotel(system.baseUrl, system.key);
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
});
