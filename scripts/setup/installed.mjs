// Plain JavaScript, since it runs before the project's own Node is there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

// Installs the packages unless node_modules holds exactly what the lock says.
export function ensureInstalled() {
  const missing = firstDifference();
  if (missing === undefined) return;
  console.log(`  packages: npm ci, since ${missing}`);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (run.status !== 0) {
    console.error(run.error === undefined ? "npm ci failed; see above." : `npm cannot be run: ${run.error.message}`);
    process.exit(1);
  }
}

function firstDifference() {
  const installedLock = "node_modules/.package-lock.json";
  if (!existsSync(installedLock)) return "there are none yet";
  const wanted = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedLock, "utf8")).packages;
  for (const [path, { version, link, optional, devOptional }] of Object.entries(wanted)) {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) continue;
    const found = installed[path];
    // What is meant for other platforms is left out by npm itself.
    if (found === undefined && (optional === true || devOptional === true)) continue;
    if (found === undefined || (link !== true && found.version !== version))
      return `${path.slice(13)} is not the locked one`;
  }
  return undefined;
}
