import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { Principal } from "./principal.ts";
import { type KnownKey, readPrincipalsFile } from "./principals-file.ts";

/** Who holds which key. */
export interface Principals {
  /** The partner or service of a bearer key; undefined where the key is unknown, revoked or expired. */
  identify(bearer: string): Principal | undefined;
  close(): void;
}

const POLL_MS = 1000;

/**
 * Reads the principals file and follows it: a key that is taken out of it is unknown within a second, a new one is in force at its first
 * call, a broken file changes nothing.
 */
export async function openPrincipals(file: string, log: Logger, clock: Clock): Promise<Principals> {
  // Before the content: what is written between the two is read again, and never missed.
  let version = versionOf(file);
  let known = readPrincipalsFile(readFileSync(file, "utf8"));
  let isTold = false;

  /** Whether there was something new to read. Not asynchronous, since a call waits for it: the file is small, and read when it changes. */
  const refresh = (): boolean => {
    try {
      const latest = versionOf(file);
      if (latest === version) return false;
      version = latest;
      known = readPrincipalsFile(readFileSync(file, "utf8"));
      isTold = false;
      log.info({ keys: known.size }, "principals reloaded");
      return true;
    } catch (err) {
      // Said once, however often unknown keys make us look.
      if (!isTold) log.error({ err }, "the principals file cannot be read; the keys of before stay in force");
      isTold = true;
      return false;
    }
  };
  const find = (digest: string): Principal | undefined => inForce(known.get(digest), clock);

  // Polled, since a watched inode is lost when the file is replaced by a rename or a Kubernetes secret's symlink.
  const timer = setInterval(refresh, POLL_MS).unref();
  return {
    identify: (bearer) => {
      const digest = digestOf(bearer);
      // A key that was issued a moment ago must not be refused because the poll has not come round yet.
      return find(digest) ?? (refresh() ? find(digest) : undefined);
    },
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

function inForce(key: KnownKey | undefined, clock: Clock): Principal | undefined {
  if (key?.expireTime !== undefined && key.expireTime <= clock()) return undefined;
  return key?.principal;
}

/** Of the file that the path leads to, through however many symlinks. */
function versionOf(file: string): string {
  const { ino, size, mtimeNs } = statSync(file, { bigint: true });
  return `${ino}:${size}:${mtimeNs}`;
}
