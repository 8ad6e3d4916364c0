import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { addKey, revokeKey, rotateKey } from "../../scripts/partner/partners-file.ts";
import { specialScopes } from "../../scripts/partner/scopes.ts";

describe("npm run partner", () => {
  const empty = { partners: [], services: [{ service: "payment-svc", sha256: "00" }] };
  const rights = { scopes: ["stays.read"], properties: ["porto-river"], quotaPerMinute: 600 };

  it("keeps of a new key its digest and its rights alone", () => {
    const { file, id, key } = addKey(empty, "acme", rights);
    const sha256 = createHash("sha256").update(key).digest("hex");
    expect(file).to.deep.equal({ ...empty, partners: [{ partner: "acme", keys: [{ id, sha256, ...rights }] }] });
  });

  it("rotates a key to one with the same rights, and both are in force until the old one is revoked", () => {
    const first = addKey(empty, "acme", rights);
    const second = rotateKey(first.file, "acme", first.id);
    expect(second.file.partners[0]?.keys.map((key) => key.id)).to.deep.equal([first.id, second.id]);
    expect(second.file.partners[0]?.keys[1]).to.include({ id: second.id }).and.to.deep.include(rights);
    const left = revokeKey(second.file, "acme", first.id);
    expect(left.partners[0]?.keys.map((key) => key.id)).to.deep.equal([second.id]);
  });

  it("ends the old key at the end of an overlap, and gives the new one no end", () => {
    const first = addKey(empty, "acme", rights);
    const { file } = rotateKey(first.file, "acme", first.id, new Date("2027-06-30T12:00:00Z"));
    const ends = file.partners[0]?.keys.map(({ expireTime }) => expireTime);
    expect(ends).to.deep.equal(["2027-06-30T12:00:00.000Z", undefined]);
    const [, second] = file.partners[0]?.keys ?? [];
    const third = rotateKey(file, "acme", first.id).file.partners[0]?.keys[2];
    expect([second, third].map((key) => key?.expireTime)).to.deep.equal([undefined, undefined]);
  });

  it("drops a partner whose last key is revoked, and leaves the services as they are", () => {
    const { file, id } = addKey(empty, "acme", rights);
    expect(revokeKey(file, "acme", id)).to.deep.equal(empty);
  });

  it("says that there is no such key", () => {
    expect(() => rotateKey(empty, "acme", "nope")).to.throw("acme has no key nope; npm run partner -- list shows all.");
  });

  describe("at the command line", () => {
    const folder = mkdtempSync(join(tmpdir(), "partner-"));
    const file = join(folder, "partners.json");
    const partner = (...args: string[]) =>
      spawnSync(process.execPath, ["scripts/partner.ts", ...args], {
        env: { ...process.env, STAYMESH_FOLDER: folder },
        encoding: "utf8",
      });

    beforeEach(() => writeFileSync(file, JSON.stringify(empty)));
    after(() => rmSync(folder, { recursive: true }));

    it("keeps keys in the folder of the system that STAYMESH_FOLDER names", () => {
      expect(partner("add", "acme", "--properties", "lisbon-city,porto-river").status).to.equal(0);
      expect(readFileSync(file, "utf8")).to.include("acme").and.include("porto-river");
    });

    it("lets a new key call every method and leave no rule, unless scopes are named", () => {
      expect(partner("add", "acme").status).to.equal(0);
      expect(readFileSync(file, "utf8")).to.include("reservations.write").and.not.include("reservations.payAtProperty");
      expect(partner("add", "acme", "--scopes", "stays.search,reservations.payAtProperty").status).to.equal(0);
      expect(readFileSync(file, "utf8")).to.include("reservations.payAtProperty");
    });

    it("refuses a scope that nothing asks for, and names those that there are", () => {
      const named = partner("add", "acme", "--scopes", "reservation.read");
      expect(named.stderr).to.include('no scope "reservation.read"').and.include("reservations.read");
      expect(readFileSync(file, "utf8")).to.not.include("acme");
    });

    it("knows every scope that the services ask for beside those of methods", () => {
      const asked = globSync("services/*/src/**/*.ts").flatMap((path) =>
        [...readFileSync(path, "utf8").matchAll(/mayUse\(call\.principal, "([^"]+)"\)/g)].map(([, scope]) => scope),
      );
      expect(asked).to.not.deep.equal([]);
      expect(specialScopes).to.include.members(asked);
    });

    it("refuses a grant that no property could match, and words too many", () => {
      const named = partner("add", "acme", "--properties", "properties/lisbon-city");
      expect(named.stderr).to.include('"properties/lisbon-city" is none');
      expect(partner("add", "acme", "lisbon-city").stderr).to.include("usage:");
      expect(readFileSync(file, "utf8")).to.not.include("acme");
    });
  });
});
