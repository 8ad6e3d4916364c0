import { globSync } from "node:fs";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { checkOverlay, checkSchema } from "../src/check/check-overlay.ts";
import { checkPair } from "../src/check/check-pair.ts";
import type { Repository } from "../src/check/repository.ts";
import { readSecrets, SECRETS_FILE } from "../src/check/secrets.ts";
import { readPools } from "../src/pools/read-pools.ts";
import { leftBehind, notCurrent, readSources, renderAll } from "../src/render/render-all.ts";
import { agreement } from "../src/vectors/agreement.ts";
import { scenarios } from "../src/vectors/scenarios.ts";
import { overlayOf, repository, root, textOf, validate } from "./support/repository.ts";

const sound = (problems: readonly string[]) => expect(problems, `\n  ${problems.join("\n  ")}\n`).to.have.length(0);

describe("what k8s:render writes", () => {
  const read = readSources(root);
  if (read.status === "unsound") throw new Error(read.problems.join("\n"));
  const rendered = renderAll(read.sources);

  it("is committed as it would be written now", () => {
    sound(notCurrent(root, rendered));
  });

  it("is missed where it is changed by hand, forgotten or left over", () => {
    const [first, ...others] = rendered;
    if (first === undefined) throw new Error("nothing is rendered");
    const changed = notCurrent(root, [{ ...first, text: `${first.text}#\n` }, ...others]);
    expect(changed).to.deep.equal([
      `k8s/${first.path} is not what pools.yaml and calls.yaml say; run npm run k8s:render and commit what it writes.`,
    ]);
    const texts = new Map(others.map(({ path, text }) => [path, text]));
    expect(leftBehind(root, texts)).to.deep.equal([first.path]);
  });

  it("makes node pools for Karpenter that its schema takes", () => {
    const files = globSync("k8s/nodepools/karpenter/*.yaml", { cwd: root });
    expect(files).to.have.length(2);
    for (const file of files) {
      const objects = parseAllDocuments(textOf(file)).map((document): unknown => document.toJS());
      expect(objects).to.have.length(read.sources.pools.pools.size);
      sound(checkSchema(objects, validate));
    }
  });

  it("labels and taints the nodes of every provider by the one key", () => {
    const scripts = globSync("k8s/nodepools/{gke,aks}/*.sh", { cwd: root });
    expect(scripts).to.have.length(4);
    for (const script of scripts) {
      const text = textOf(script);
      for (const [name, { taint }] of read.sources.pools.pools) {
        expect(text).to.match(new RegExp(`--(node-)?labels[= ]${read.sources.pools.label}=${name}\\b`));
        const tainted = new RegExp(`--node-taints[= ]${read.sources.pools.label}=${name}:NoSchedule\\b`).test(text);
        expect(tainted, `${script}, ${name}`).to.equal(taint === "NoSchedule");
      }
    }
  });
});

describe("docs/kubernetes.md", () => {
  const text = textOf("docs/kubernetes.md");

  it("names every secret and key that a cluster has to have", () => {
    const read = readSecrets(textOf(SECRETS_FILE));
    if (read.status === "unsound") throw new Error(read.problems.join("\n"));
    for (const [secret, keys] of read.secrets) {
      for (const word of [secret, ...keys.keys()]) expect(text).to.include(`\`${word}\``);
    }
  });

  it("quotes what render says of a service that moves to a pool of another shape", () => {
    const moved = textOf("k8s/pools.yaml").replace(
      "  payment-svc:\n    pool: general",
      "  payment-svc:\n    pool: memory",
    );
    const read = readPools(moved);
    expect(read.status === "unsound" && read.problems.every((problem) => text.includes(problem))).to.equal(true);
    const resized = moved.replace(/(payment-svc:\n.*\n {4}prod: \{ replicas: 3, cpu: )500m/, "$1250m");
    expect(readPools(resized).status).to.equal("sound");
  });

  it("says how many recorded values the simulation agrees with", () => {
    const found = scenarios().map(agreement);
    const sum = (figure: "right" | "of") => found.reduce((total, one) => total + one[figure], 0);
    expect(text).to.include(`${sum("right")} of ${sum("of")} values`);
  });
});

describe("the Kubernetes home", function () {
  this.timeout(120_000);
  let found: Repository;

  before(async function () {
    const read = await repository();
    if (read === undefined) return this.skip();
    found = read;
  });

  it("has an overlay for each environment of pools.yaml", () => {
    sound(found.problems);
    expect([...found.overlays.keys()]).to.have.members([...found.sources.pools.environments.keys()]);
  });

  for (const name of ["dev", "staging", "prod", "single-node"]) {
    it(`has a sound overlay ${name}, whose pods each find their pool`, () => {
      const scene = overlayOf(found, name);
      const { problems, placement } = checkOverlay(scene, validate);
      sound(problems);
      expect([...(placement?.table.values() ?? [])].some((nodes) => nodes.has("waiting"))).to.equal(false);
    });
  }

  it("has components of which every two go together or refuse one another", () => {
    expect(found.pairs.length).to.be.greaterThan(30);
    expect(found.pairs.filter(({ exclusive }) => exclusive)).to.have.length(3);
    sound(found.pairs.flatMap((pair) => checkPair(pair, validate)));
  });
});
