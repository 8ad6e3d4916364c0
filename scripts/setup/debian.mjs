import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const quiet = { stdio: "ignore" };

// Installs Debian packages where that is possible, and says whether they are there afterwards.
export function ensureDebianPackages(names, isThere) {
  if (isThere()) return true;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log(`  apt-get install ${names.join(" ")}`);
  // Under this runlevel the packages' own services are not started.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const install = () =>
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...names], { ...quiet, env }).status === 0;
  if (!install()) {
    spawnSync("apt-get", ["update"], { ...quiet, env });
    install();
  }
  return isThere();
}

export function hasRedis() {
  return ["redis-server", "valkey-server"].some((name) => spawnSync(name, ["--version"], quiet).status === 0);
}

// Debian's package belongs to Debian's interpreter, which need not be the first on PATH.
export function pythonWithGrpc() {
  return ["/usr/bin/python3", "python3"].find((python) => spawnSync(python, ["-c", "import grpc"], quiet).status === 0);
}

export function hasPdfTools() {
  return spawnSync("pdftotext", ["-v"], quiet).status === 0;
}

export function hasBrowser() {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].some((path) => existsSync(path));
}
