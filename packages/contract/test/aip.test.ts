import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "chai";
import { aipRules, type Finding, lintAip } from "../src/aip/lint.ts";
import { loadContract } from "../src/index.ts";
import { buildImage } from "../testing/index.ts";
import { type Seed, seeds } from "./aip-seeds.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const good = readFileSync(here("fixtures/aip/shop.proto"), "utf8");

describe("the AIP rules", function () {
  this.timeout(60_000);
  let all: FileDescriptorSet;
  let folder: string;

  // One build for all of them: each is a package of its own.
  before(async () => {
    mkdirSync(here("../../../build"), { recursive: true });
    folder = mkdtempSync(here("../../../build/aip-"));
    const texts = [good, ...seeds.map(planted)];
    for (const [index, text] of texts.entries()) {
      const place = join(folder, `shop${index}/v1`);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, "shop.proto"), text.replace("package shop.v1", `package shop${index}.v1`));
    }
    all = fromBinary(FileDescriptorSetSchema, await buildImage(folder));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const findings = (index: number): readonly Finding[] => {
    const file = all.file.filter(({ name }) => !/^shop\d+\//.test(name) || name.startsWith(`shop${index}/`));
    const image = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
    return lintAip(loadContract(image), (name) => name === `shop${index}.v1`);
  };

  it("find nothing in a contract that keeps them", () => {
    expect(findings(0)).to.deep.equal([]);
  });

  for (const [index, seed] of seeds.entries()) {
    it(`see by ${seed.rule}: ${words(seed)}`, () => {
      const found = findings(index + 1);
      expect(found.map(({ rule }) => rule)).to.include(seed.rule);
      const others = found.filter(({ rule }) => rule !== seed.rule && seed.also?.includes(rule) !== true);
      expect(others).to.deep.equal([]);
    });
  }

  it("are each seen to find something", () => {
    const seeded = new Set(seeds.map(({ rule }) => rule));
    expect(aipRules.map(({ name }) => name).filter((name) => !seeded.has(name))).to.deep.equal([]);
  });
});

function planted({ rule, from, to, everywhere = false }: Seed): string {
  if (!good.includes(from)) throw new Error(`the fault of ${rule} has no place: ${from}`);
  return everywhere ? good.replaceAll(from, () => to) : good.replace(from, () => to);
}

function words({ to }: Seed): string {
  const line = to.trim().replaceAll(/\s+/g, " ");
  return line === "" ? "something left out" : line.slice(0, 70);
}
