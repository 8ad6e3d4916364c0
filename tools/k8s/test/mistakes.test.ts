import { join } from "node:path";
import { expect } from "chai";
import { checkOverlay, objectsOf } from "../src/check/check-overlay.ts";
import type { Repository } from "../src/check/repository.ts";
import type { Scene } from "../src/check/scene.ts";
import { nameOf } from "../src/objects/objects.ts";
import { readPools } from "../src/pools/read-pools.ts";
import { declaredWorkloads } from "../src/render/declared.ts";
import { unknownNames } from "../src/render/render-all.ts";
import { edited } from "./support/edit.ts";
import { type ObjectMistake, objectMistakes } from "./support/object-mistakes.ts";
import { poolsMistakes } from "./support/pools-mistakes.ts";
import { overlayOf, repository, root, textOf, validate } from "./support/repository.ts";

const seeded = (scene: Scene, { object, edits = [], removed, added }: ObjectMistake): Scene => {
  if (!scene.objects.some((one) => nameOf(one) === object)) throw new Error(`there is no ${object}`);
  const objects = scene.objects
    .filter((one) => !(removed === true && nameOf(one) === object))
    .map((one) => (nameOf(one) === object ? edited(one, edits) : one));
  return { ...scene, objects: [...objects, ...objectsOf(added === undefined ? [] : [added])] };
};

describe("a mistake in a manifest is found:", function () {
  this.timeout(120_000);
  let found: Repository;

  before(async function () {
    const read = await repository();
    if (read === undefined) return this.skip();
    found = read;
  });

  for (const mistake of objectMistakes) {
    it(mistake.mistake, () => {
      const { problems } = checkOverlay(seeded(overlayOf(found, mistake.overlay ?? "prod"), mistake), validate);
      const said = problems.filter((problem) => mistake.says.test(problem));
      expect(said, `\n  ${problems.join("\n  ")}\n`).to.have.length.greaterThan(0);
      for (const problem of problems) expect(problem).to.match(/[.?]$/);
    });
  }
});

describe("a mistake in pools.yaml is one clear sentence:", () => {
  const text = textOf("k8s/pools.yaml");
  const declared = declaredWorkloads(join(root, "k8s"));

  for (const { mistake, from, to, says } of poolsMistakes) {
    it(mistake, () => {
      const wrong = text.replace(from, to);
      expect(wrong).to.not.equal(text);
      const read = readPools(wrong);
      const problems = read.status === "unsound" ? read.problems : unknownNames(read.pools, declared);
      expect(problems[0] ?? "nothing is said").to.match(says);
    });
  }
});
