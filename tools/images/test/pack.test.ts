import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { IMAGES } from "../src/images.ts";
import { isNeeded } from "../src/lean.ts";
import { pack } from "../src/pack.ts";
import { productionClosure } from "../src/production-closure.ts";

describe("what goes into an image", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "staymesh-pack-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const image of IMAGES) {
    it(`is enough for ${image} to load and say what it misses`, () => {
      const target = join(folder, image);
      pack(process.cwd(), image, target);
      // Without settings each program ends by naming those that it needs; it can only do so once everything is loaded.
      const ended = spawnSync(process.execPath, [join(target, image, "src/main.ts")], {
        encoding: "utf8",
        env: { PATH: "/nowhere" },
      });
      expect(ended.stderr).to.match(/is missing|usage:/);
      expect(ended.stderr).not.to.match(/ERR_MODULE_NOT_FOUND|Cannot find/);
    });
  }

  it("holds no other service", () => {
    const { workspaces } = productionClosure(process.cwd(), "services/payment-svc");
    expect(workspaces).to.deep.equal(["packages/contract", "packages/service-kit", "proto", "services/payment-svc"]);
  });

  it("holds no compiler, no test and no command-line tool", () => {
    const target = join(folder, "services/payment-svc");
    const names = readdirSync(join(target, "node_modules"));
    expect(names).not.to.include.members(["prisma"]);
    expect(names).not.to.include.members(["typescript"]);
    expect(existsSync(join(target, "services/payment-svc/test"))).to.equal(false);
  });

  it("leaves out what nothing reads at run time", () => {
    expect(isNeeded("pino", "lib/proto.js")).to.equal(true);
    expect(isNeeded("pino", "docs/api.md")).to.equal(false);
    expect(isNeeded("@prisma/client", "runtime/query_compiler_fast_bg.postgresql.mjs")).to.equal(true);
    expect(isNeeded("@prisma/client", "runtime/query_compiler_fast_bg.mysql.mjs")).to.equal(false);
  });
});
