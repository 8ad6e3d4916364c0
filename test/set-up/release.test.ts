import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Change } from "@staymesh/contract/diff";
import { expect } from "chai";
import {
  changelogText,
  newestDay,
  readChangelog,
  unreleasedOf,
  withRelease,
  withUnreleased,
} from "../../scripts/contract/changelog.ts";
import { contractNotes } from "../../scripts/contract/contract-notes.ts";
import { type Asked, checkStep, releaseBefore } from "../../scripts/contract/plan-release.ts";
import { changesText } from "../../scripts/contract/print-changes.ts";
import { askedVersion, compareVersions, mayBreak, nextBreaking, versionText } from "../../scripts/contract/versions.ts";
import { root } from "../architecture/sources.ts";

const version = askedVersion;
const added: Change = {
  kind: "method-added",
  subject: "a.v1.S/Get",
  after: "GET /v1/a",
  breaking: false,
  why: "Nobody has to call it.",
};
const removed: Change = {
  kind: "field-removed",
  subject: "a.v1.M.f",
  before: "string",
  breaking: true,
  why: "It is missed.",
};
const open: Change = { kind: "public-on", subject: "a.v1.S/Get", breaking: false, why: "Is that meant?" };

describe("a version", () => {
  it("is three numbers and nothing else", () => {
    expect(version("v1.20.3")).to.deep.equal({ major: 1, minor: 20, patch: 3 });
    for (const text of ["1.2", "1.2.3-rc.1", "01.2.3", "next", ""]) {
      expect(() => version(text)).to.throw(`"${text}" is no version such as 0.2.0.`);
    }
  });

  it("is ordered by number and not by letter", () => {
    expect(compareVersions(version("0.10.0"), version("0.9.9"))).to.be.greaterThan(0);
    expect(compareVersions(version("1.0.0"), version("1.0.0"))).to.equal(0);
  });

  it("may break callers with a new major version, and before 1.0.0 with a new minor one", () => {
    const steps = ["0.1.0 0.1.1", "0.1.0 0.2.0", "0.9.0 1.0.0", "1.0.0 1.1.0", "1.4.2 2.0.0", "1.0.0 0.2.0"];
    const allowed = steps.filter((step) => {
      const [from = "", to = ""] = step.split(" ");
      return mayBreak(version(from), version(to));
    });
    expect(allowed).to.deep.equal(["0.1.0 0.2.0", "0.9.0 1.0.0", "1.4.2 2.0.0"]);
    expect(versionText(nextBreaking(version("0.1.7")))).to.equal("0.2.0");
    expect(versionText(nextBreaking(version("1.4.2")))).to.equal("2.0.0");
  });
});

describe("a release", () => {
  const asked = (text: string, more: Partial<Asked> = {}): Asked => ({
    version: version(text),
    again: false,
    released: [version("0.2.0"), version("0.1.0")],
    tagExists: false,
    ...more,
  });

  it("is compared with the newest one before it", () => {
    expect(releaseBefore(asked("0.3.0"))).to.deep.equal(version("0.2.0"));
    expect(releaseBefore(asked("0.1.0", { released: [] }))).to.equal(undefined);
  });

  it("is later than all before it", () => {
    expect(() => releaseBefore(asked("0.1.5"))).to.throw("0.1.5 is not later than 0.2.0");
    expect(() => releaseBefore(asked("0.2.0"))).to.throw("npm run release -- 0.2.0 --again");
  });

  it("can be made again as long as it is the newest and has no tag", () => {
    expect(releaseBefore(asked("0.2.0", { again: true }))).to.deep.equal(version("0.1.0"));
    expect(() => releaseBefore(asked("0.1.0", { again: true }))).to.throw(
      "Only the newest release can be made again: 0.2.0.",
    );
    expect(() => releaseBefore(asked("0.2.0", { again: true, tagExists: true }))).to.throw("0.2.0 is tagged");
  });

  it("does not break callers under a version that promises not to", () => {
    const step = (to: string) => () => checkStep([added, removed], version("1.0.0"), version(to));
    expect(step("1.1.0")).to.throw("- a.v1.M.f, field-removed: It is missed.\nTake it back, or release 2.0.0.");
    expect(step("2.0.0")).not.to.throw();
    expect(() => checkStep([added], version("1.0.0"), version("1.0.1"))).not.to.throw();
    expect(() => checkStep([removed], undefined, version("0.1.0"))).not.to.throw();
  });
});

describe("the changelog", () => {
  const text = "# Changelog\n\nWords.\n\n## Unreleased\n\nBy hand.\n\n## 0.1.0 - 2026-11-25\n\nThe first.\n";

  it("keeps what people wrote, and replaces what the contract says", () => {
    const once = changelogText(withUnreleased(readChangelog(text), "### Added\n\n- one"));
    const twice = changelogText(withUnreleased(readChangelog(once), "### Added\n\n- two"));
    expect(twice).to.include("Words.").and.include("By hand.").and.include("The first.").and.include("- two");
    expect(twice).not.to.include("- one");
    expect(changelogText(readChangelog(twice))).to.equal(twice);
  });

  it("turns Unreleased into a release, above the earlier ones", () => {
    const log = withRelease(readChangelog(text), {
      version: "0.2.0",
      day: "2027-01-01",
      contract: "### Added\n\n- two",
    });
    expect(log.sections.map(({ heading }) => heading)).to.deep.equal([
      "Unreleased",
      "0.2.0 - 2027-01-01",
      "0.1.0 - 2026-11-25",
    ]);
    expect(log.sections[1]?.notes).to.equal("By hand.");
    expect(unreleasedOf(log)?.contract).to.equal("The contract is that of 0.2.0.");
    expect(newestDay(log)).to.equal("2027-01-01");
  });

  it("makes a release again in its place, with all that people wrote", () => {
    const log = withRelease(readChangelog(text), { version: "0.1.0", day: "2026-12-01", contract: "- all" });
    expect(log.sections).to.deep.include({
      heading: "0.1.0 - 2026-12-01",
      notes: "The first.\n\nBy hand.",
      contract: "- all",
    });
    expect(log.sections).to.have.length(2);
  });

  it("tells what breaks first, then what is less safe, and what a method does in the contract's own words", () => {
    const notes = contractNotes([added, open, removed], "0.1.0", () => "Reads one. And more.");
    expect(notes).to.equal(
      [
        "### Breaking\n\n- `a.v1.M.f`: field removed, `string`. It is missed.",
        "### Security\n\n- `a.v1.S/Get`: public on. Is that meant?",
        "### Added\n\n- `Get`, `GET /v1/a`: Reads one.",
      ].join("\n\n"),
    );
    expect(contractNotes([], "0.1.0", () => "")).to.equal("The contract is that of 0.1.0.");
  });
});

describe("npm run contract:diff", () => {
  const contractDiff = (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      execFile(process.execPath, [join(root, "scripts/contract-diff.ts"), ...args], (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  it("shows for people what breaks before the rest, with colours only where they are wanted", () => {
    const plain = changesText([added, removed], "v0.1.0 -> work tree", false);
    expect(plain.split("\n")).to.deep.equal([
      "v0.1.0 -> work tree: 2 changes, 1 breaking",
      "",
      "Breaking (1)",
      "  a.v1.M.f: field removed, string",
      "      It is missed.",
      "",
      "Added (1)",
      "  a.v1.S/Get: method added, GET /v1/a",
      "      Nobody has to call it.",
    ]);
    expect(changesText([removed], "v0.1.0 -> work tree", true)).to.include("\u001b[31m");
  });

  it("compares the work tree with a git ref, and ends with 1 where something breaks", async () => {
    const { code, stdout } = await contractDiff("HEAD", "--json");
    const told: { readonly from: string; readonly changes: readonly Change[] } = JSON.parse(stdout);
    expect(told.from).to.equal("HEAD");
    expect(code).to.equal(told.changes.some(({ breaking }) => breaking) ? 1 : 0);
  });

  it("says that there is no such ref", async () => {
    const { code, stderr } = await contractDiff("no-such-ref");
    expect(code).to.equal(2);
    expect(stderr.trim()).to.equal('There is neither a git ref nor a released contract "no-such-ref".');
  });
});
