import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const folder = "build/stamps";

// One hash over the names and contents of files, so that a step can be left out where nothing it reads or wrote has changed.
export function hashFiles(patterns: readonly string[], also: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const text of also) hash.update(text).update("\0");
  for (const file of listFiles(patterns)) hash.update(file).update("\0").update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

export function listFiles(patterns: readonly string[]): readonly string[] {
  return globSync([...patterns], { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

export function packageVersion(name: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  return `${name}@${manifest.version}`;
}

export function isStamped(step: string, value: string): boolean {
  const file = `${folder}/${step}`;
  return existsSync(file) && readFileSync(file, "utf8") === value;
}

export function stamp(step: string, value: string): void {
  const file = `${folder}/${step}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}
