import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Explained } from "./explained.ts";

// PostgreSQL refuses to run as root, so that root runs it as the system's user `postgres`.
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

// Where folders that `postgres` cannot enter have their stand-ins.
const openFolder = "/var/lib/staymesh";

export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  try {
    return lookUp();
  } catch {
    try {
      execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], { stdio: "ignore" });
      return lookUp();
    } catch {
      throw new Explained(
        "PostgreSQL cannot run as root, and the user `postgres` could not be created: create it first.",
      );
    }
  }
}

function lookUp(): Account {
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: "pipe" }));
  return { uid: id("-u"), gid: id("-g") };
}

// The folder with the PostgreSQL programs, copied once to where the account can reach it if it cannot reach the original.
export function reachablePrograms(native: string, account: Account, version: string): string {
  if (canEnter(native, account)) return native;
  const copy = join(openFolder, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(openFolder, { recursive: true, mode: 0o755 });
  const half = mkdtempSync(`${copy}.`);
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  execFileSync("chmod", ["-R", "go+rX", half]);
  try {
    renameSync(half, copy);
  } catch (error) {
    // Another process was quicker with the same copy.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

// The data folder itself, or a link in its place to one that the account can reach.
export function reachableData(folder: string, account: Account): string {
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) return realpathSync(folder);
  if (canEnter(parent, account)) return folder;
  mkdirSync(openFolder, { recursive: true, mode: 0o755 });
  const stand = mkdtempSync(join(openFolder, "data-"));
  execFileSync("chown", [`${account.uid}:${account.gid}`, stand]);
  symlinkSync(stand, folder);
  return stand;
}

function canEnter(folder: string, account: Account): boolean {
  if (account.uid === undefined) return true;
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && (folder === "/" || canEnter(dirname(folder), account));
}
