// The two images that ours are made from, out of nothing but Debian's packages and npm's: `base` has what Node needs and no shell;
// `build-base` also has a shell and npm.
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, step } from "./run.ts";

export const BASE = "localhost/staymesh/base";
export const BUILD_BASE = "localhost/staymesh/build-base";
export const USER_ID = 10_001;

const SUITE = "bookworm";
const LIBRARIES = ["libc6", "libgcc-s1", "libstdc++6", "ca-certificates", "tzdata", "base-files", "netbase"];
/** Nothing that runs, installs or explains. */
const LEFT_OUT = [
  "bin/*",
  "sbin/*",
  "usr/bin/*",
  "usr/sbin/*",
  "usr/games",
  "usr/include",
  "usr/src",
  "etc/apt",
  "etc/dpkg",
  "etc/skel",
  "etc/update-motd.d",
  "var/lib/apt",
  "var/lib/dpkg",
  "var/cache",
  "var/log",
  "var/backups",
  "usr/lib/dpkg",
  "usr/lib/apt",
  "usr/lib/x86_64-linux-gnu/gconv",
  "usr/lib/x86_64-linux-gnu/audit",
  "usr/share/doc",
  "usr/share/man",
  "usr/share/locale",
  "usr/share/lintian",
  "usr/share/bug",
  "usr/share/info",
  "usr/share/i18n",
  "usr/share/perl5",
  "usr/share/gdb",
  "usr/share/zoneinfo/right",
  "usr/share/zoneinfo/posix",
];

/** Makes both images, unless they are there. `nodeBinary` is the Node that they run. */
export function makeBases(nodeBinary: string, { again = false } = {}): void {
  const there = (name: string) =>
    !again && run("buildah", ["images", "--format", "{{.Name}}"]).split("\n").includes(name);
  const folder = mkdtempSync(join(tmpdir(), "staymesh-base-"));
  try {
    if (!there(BASE)) step("base image", () => commit(runtimeRoot(folder, nodeBinary), BASE));
    if (!there(BUILD_BASE)) step("build image", () => commit(buildRoot(folder, nodeBinary), BUILD_BASE));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runtimeRoot(folder: string, nodeBinary: string): string {
  const root = unpacked(folder, "base", "extract", LIBRARIES);
  // Maintainer scripts were not run, so the bundle of certificates is put together here.
  const certificates = globSync("usr/share/ca-certificates/mozilla/*.crt", { cwd: root }).sort();
  const bundle = certificates.map((file) => readFileSync(join(root, file), "utf8").trimEnd()).join("\n");
  writeFileSync(join(root, "etc/ssl/certs/ca-certificates.crt"), `${bundle}\n`);
  for (const pattern of LEFT_OUT) {
    for (const path of globSync(pattern, { cwd: root })) rmSync(join(root, path), { recursive: true, force: true });
  }
  rmSync(join(root, "usr/share/ca-certificates"), { recursive: true, force: true });
  addNode(root, nodeBinary);
  writeFileSync(join(root, "etc/passwd"), `root:x:0:0::/:/nologin\nstaymesh:x:${USER_ID}:${USER_ID}::/:/nologin\n`);
  writeFileSync(join(root, "etc/group"), `root:x:0:\nstaymesh:x:${USER_ID}:\n`);
  return root;
}

function buildRoot(folder: string, nodeBinary: string): string {
  const root = unpacked(folder, "build", "minbase", ["libstdc++6", "ca-certificates"]);
  addNode(root, nodeBinary);
  const npm = join(run("npm", ["root", "--global"]), "npm");
  cpSync(npm, join(root, "usr/local/lib/node_modules/npm"), { recursive: true });
  run("ln", ["-s", "../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm")]);
  return root;
}

function unpacked(folder: string, name: string, variant: string, packages: readonly string[]): string {
  const tar = join(folder, `${name}.tar`);
  run("mmdebstrap", ["--quiet", `--variant=${variant}`, `--include=${packages.join(",")}`, SUITE, tar], {
    env: { SOURCE_DATE_EPOCH: "0" },
  });
  const root = join(folder, name);
  mkdirSync(root);
  run("tar", ["--extract", "--file", tar, "--directory", root, "--exclude=./dev/*"]);
  return root;
}

function addNode(root: string, nodeBinary: string): void {
  const target = join(root, "usr/local/bin/node");
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  copyFileSync(nodeBinary, target);
  run("strip", ["--strip-all", target]);
}

/** Equal roots give equal images: names are sorted, owners and times are the same for all. */
function commit(root: string, name: string): void {
  const tar = `${root}.layer.tar`;
  run("tar", [
    "--create",
    "--file",
    tar,
    "--sort=name",
    "--mtime=@0",
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--directory",
    root,
    ".",
  ]);
  const container = run("buildah", ["from", "scratch"]);
  run("buildah", ["add", "--quiet", container, tar, "/"]);
  run("buildah", [
    "config",
    "--env",
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "--env",
    "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    container,
  ]);
  run("buildah", ["commit", "--quiet", "--timestamp", "0", "--rm", container, name]);
  if (existsSync(tar)) rmSync(tar);
}
