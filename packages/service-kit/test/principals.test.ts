import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { silentLog } from "../src/logger.ts";
import { hasGrant, mayUse } from "../src/principal.ts";
import { digestOf, openPrincipals, type Principals } from "../src/principals.ts";
import { readPrincipalsFile } from "../src/principals-file.ts";
import { fakeClock } from "../testing/index.ts";

const fileOf = (keys: readonly string[]) =>
  JSON.stringify({
    partners: [
      {
        partner: "ana",
        keys: keys.map((key) => ({ id: key, sha256: digestOf(key), scopes: ["stays.read"], properties: ["lisbon"] })),
      },
    ],
    services: [{ service: "edge-rest", sha256: digestOf("edge-key") }],
  });

/** Waits until the principals know a key, or do not. */
async function until(principals: Principals, key: string, known: boolean): Promise<void> {
  while ((principals.identify(key) !== undefined) !== known) await new Promise(setImmediate);
}

describe("the principals file", () => {
  let folder = "";
  let file = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kit-"));
    file = join(folder, "partners.json");
    await writeFile(file, fileOf(["old"]));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("says who holds a key, and what for", async () => {
    using principals = await opened(file);
    const ana = principals.identify("old");
    if (ana === undefined) throw new Error("the key is unknown");
    expect(ana).to.include({ partner: "ana", keyId: "old" });
    expect([mayUse(ana, "stays.read"), mayUse(ana, "stays.write")]).to.deep.equal([true, false]);
    expect([hasGrant(ana, "lisbon"), hasGrant(ana, "porto")]).to.deep.equal([true, false]);
    expect(principals.identify("edge-key")).to.include({ service: "edge-rest" });
    expect(principals.identify("other")).to.equal(undefined);
  });

  it("is in force soon after it is replaced, and a revoked key is not", async () => {
    using principals = await opened(file);
    await writeFile(`${file}.new`, fileOf(["new"]));
    await rename(`${file}.new`, file);
    await until(principals, "new", true);
    expect(principals.identify("old")).to.equal(undefined);
  });

  it("knows a new key at its first call, whether the file is renamed over or a symlink moved, as Kubernetes does", async () => {
    using principals = await opened(file);
    await writeFile(`${file}.new`, fileOf(["renamed"]));
    await rename(`${file}.new`, file);
    expect(principals.identify("renamed")).to.include({ partner: "ana" });

    const link = join(folder, "linked.json");
    for (const version of ["v1", "v2"]) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, "partners.json"), fileOf([version]));
    }
    await symlink("v1", join(folder, "data"));
    await symlink(join("data", "partners.json"), link);
    using linked = await opened(link);
    expect(linked.identify("v1")).not.to.equal(undefined);
    await symlink("v2", join(folder, "next"));
    await rename(join(folder, "next"), join(folder, "data"));
    expect(linked.identify("v2")).not.to.equal(undefined);
    expect(linked.identify("v1")).to.equal(undefined);
  });

  it("says until when a key is in force", async () => {
    const clock = fakeClock("2027-06-30T11:59:59Z");
    const key = { id: "old", sha256: digestOf("old"), expireTime: "2027-06-30T12:00:00Z" };
    await writeFile(file, JSON.stringify({ partners: [{ partner: "ana", keys: [key] }] }));
    using principals = await opened(file, silentLog, clock);
    expect(principals.identify("old")).to.include({ partner: "ana" });
    clock.advanceMs(1000);
    expect(principals.identify("old")).to.equal(undefined);
  });

  it("that is gone is told of once, however often unknown keys come", async () => {
    const errors: string[] = [];
    const log = { ...silentLog, error: (_fields: object, message: string) => void errors.push(message) };
    using principals = await opened(file, log);
    await rm(file);
    for (let times = 0; times < 100; times++) expect(principals.identify("unknown")).to.equal(undefined);
    expect(principals.identify("old")).not.to.equal(undefined);
    expect(errors).to.have.length(1);
  });

  it("keeps the keys of before when it is broken, says so, and recovers", async () => {
    const errors: string[] = [];
    const said = Promise.withResolvers<void>();
    const log = {
      ...silentLog,
      error: (_fields: object, message: string) => {
        errors.push(message);
        said.resolve();
      },
    };
    using principals = await opened(file, log);
    await writeFile(file, '{"partners": [');
    await said.promise;
    expect(errors[0]).to.contain("stay in force");
    expect(principals.identify("old")).not.to.equal(undefined);
    await writeFile(file, fileOf(["mended"]));
    await until(principals, "mended", true);
  });

  it("is refused at start where anything in it is amiss", () => {
    const digest = digestOf("k");
    const key = { id: "k", sha256: digest, scopes: [], properties: [] };
    for (const wrong of [
      "[]",
      "null",
      JSON.stringify({ partners: [{ partner: "" }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, sha256: "abc" }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, scopes: "all" }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, quotaPerMinute: 0 }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, expireTime: "2027-02-30T00:00:00Z" }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, quotaPerMinute: "600" }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [key, key] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [key] }], services: [{ service: "edge", sha256: digest }] }),
    ]) {
      expect(() => readPrincipalsFile(wrong), wrong).to.throw();
    }
  });
});

async function opened(file: string, log = silentLog, clock = systemClock): Promise<Principals & Disposable> {
  const principals = await openPrincipals(file, log, clock);
  return { ...principals, [Symbol.dispose]: () => principals.close() };
}
