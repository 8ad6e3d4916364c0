import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { silentLog } from "../src/logger.ts";
import { hasGrant, mayUse } from "../src/principal.ts";
import { digestOf, openPrincipals, type Principals } from "../src/principals.ts";
import { readPrincipalsFile } from "../src/principals-file.ts";

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
      JSON.stringify({ partners: [{ partner: "ana", keys: [{ ...key, quotaPerMinute: "600" }] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [key, key] }] }),
      JSON.stringify({ partners: [{ partner: "ana", keys: [key] }], services: [{ service: "edge", sha256: digest }] }),
    ]) {
      expect(() => readPrincipalsFile(wrong), wrong).to.throw();
    }
  });
});

async function opened(file: string, log = silentLog): Promise<Principals & Disposable> {
  const principals = await openPrincipals(file, log);
  return { ...principals, [Symbol.dispose]: () => principals.close() };
}
