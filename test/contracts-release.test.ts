import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { defaultImage } from "@staymesh/contract";
import { expect } from "chai";
import { newestDay, readChangelog, unreleasedOf } from "../scripts/contract/changelog.ts";
import { type Comparison, compareWithRelease } from "../scripts/contract/compare.ts";
import { imageFile, releasedImage, releasedVersions } from "../scripts/contract/released.ts";
import { askedVersion, mayBreak, nextBreaking, type Version, versionText } from "../scripts/contract/versions.ts";
import { root } from "./architecture/sources.ts";

const run = promisify(execFile);

describe("the contract since its newest release", () => {
  let newest: Version;
  let changelog: string;
  let mayBreakNow: boolean;
  let comparison: Comparison;

  before(async () => {
    newest = releasedVersions(root)[0] ?? askedVersion("0.0.0");
    changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
    const manifest: { readonly version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    mayBreakNow = mayBreak(newest, askedVersion(manifest.version));
    // Seen from the day of the release, so that the tests give the same answer on every day.
    const day = newestDay(readChangelog(changelog)) ?? "";
    comparison = compareWithRelease(await defaultImage(), newest, day, root);
  });

  const mend = () =>
    `Take it back, or give package.json the version ${versionText(nextBreaking(newest))}. ` +
    `As long as ${versionText(newest)} has no tag: npm run release -- ${versionText(newest)} --again`;

  it("breaks no caller, or has a version that says so", () => {
    const breaking = comparison.changes.filter((change) => change.breaking);
    const told = breaking.map(({ subject, kind, why }) => `${subject}, ${kind}: ${why}`);
    expect(mayBreakNow ? [] : told, `\n  ${told.join("\n  ")}\n${mend()}\n`).to.have.length(0);
  });

  it("is not breaking for buf, or has a version that says so", async () => {
    const said = await bufBreaking(await defaultImage(), newest);
    expect(mayBreakNow ? "" : said, mend()).to.equal("");
  });

  it("would be breaking for buf with a field under another name", async () => {
    const files = fromBinary(FileDescriptorSetSchema, releasedImage(newest, root));
    const message = files.file.find(({ name }) => name === "staymesh/type/v1/money.proto")?.messageType[0];
    Object.assign(message?.field[0] ?? {}, { name: "currency" });
    const said = await bufBreaking(toBinary(FileDescriptorSetSchema, files), newest);
    expect(said).to.include('changed name from "currency_code" to "currency"');
  });

  it("is told in CHANGELOG.md", () => {
    const told = unreleasedOf(readChangelog(changelog));
    const again = `As long as ${versionText(newest)} has no tag also: npm run release -- ${versionText(newest)} --again`;
    expect(told?.contract, `To write it: npm run changelog. ${again}`).to.equal(comparison.notes);
  });

  it("has a section in CHANGELOG.md for each release, with its day", () => {
    const headings = readChangelog(changelog).sections.map(({ heading }) => heading);
    for (const version of releasedVersions(root)) {
      expect(headings.filter((heading) => heading.startsWith(`${versionText(version)} - 20`))).to.have.length(1);
    }
    expect(releasedVersions(root)).to.not.have.length(0);
  });
});

// An image against an image: a folder would need the third-party protos as they were. What is theirs is left out.
async function bufBreaking(image: Uint8Array, against: Version): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "staymesh-breaking-"));
  try {
    const file = join(folder, "api.binpb");
    await writeFile(file, image);
    const args = [
      "breaking",
      file,
      "--against",
      imageFile(against),
      "--exclude-path",
      "google",
      "--exclude-path",
      "buf",
    ];
    const env = { ...process.env, BUF_CACHE_DIR: join(root, "build/buf-cache") };
    const said = await run(join(root, "node_modules/.bin/buf"), args, { cwd: root, env }).catch(
      (failed: { readonly stdout?: string; readonly stderr?: string }) => failed,
    );
    return `${said.stdout ?? ""}${said.stderr ?? ""}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
