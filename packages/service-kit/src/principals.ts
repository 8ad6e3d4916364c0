import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Logger } from "./logger.ts";
import type { Principal } from "./principal.ts";
import { readPrincipalsFile } from "./principals-file.ts";

/** Who holds which key. */
export interface Principals {
  /** The partner or service of a bearer key; undefined where the key is unknown. */
  identify(bearer: string): Principal | undefined;
  close(): void;
}

const POLL_MS = 1000;

/** Reads the principals file and follows it: a replaced file is in force within a second, a broken one changes nothing. */
export async function openPrincipals(file: string, log: Logger): Promise<Principals> {
  let known = readPrincipalsFile(await readFile(file, "utf8"));
  let version = await versionOf(file);
  let busy = false;

  const reload = async () => {
    if (busy) return;
    busy = true;
    try {
      const latest = await versionOf(file);
      if (latest === version) return;
      version = latest;
      known = readPrincipalsFile(await readFile(file, "utf8"));
      log.info({ keys: known.size }, "principals reloaded");
    } catch (err) {
      log.error({ err }, "the principals file cannot be read; the keys of before stay in force");
    } finally {
      busy = false;
    }
  };

  // Polled, since a watched inode is lost when the file is replaced by a rename or a Kubernetes secret's symlink.
  const timer = setInterval(() => void reload(), POLL_MS).unref();
  return {
    identify: (bearer) => known.get(digestOf(bearer)),
    close: () => clearInterval(timer),
  };
}

/** Principals that are given and never change: for tests and tools. */
export function fixedPrincipals(keys: ReadonlyMap<string, Principal>): Principals {
  const known = new Map([...keys].map(([key, principal]) => [digestOf(key), principal]));
  return { identify: (bearer) => known.get(digestOf(bearer)), close: () => {} };
}

/** Keys are compared by digest only, so that how long a look-up takes says nothing about them. */
export function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

async function versionOf(file: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(file);
  return `${ino}:${size}:${mtimeMs}`;
}
