import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const file = "build/generate.lock";
const patienceMs = 120_000;

// Two generators at once would write into each other's files; the second waits for the first.
export async function holdGenerateLock(): Promise<Disposable> {
  mkdirSync("build", { recursive: true });
  const end = Date.now() + patienceMs;
  while (!tryLock()) {
    if (Date.now() > end)
      throw new Error(`Another generator holds ${file} for two minutes; remove it if none is running.`);
    await delay(100);
  }
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

function tryLock(): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!holderIsAlive()) rmSync(file, { force: true });
    return false;
  }
}

function holderIsAlive(): boolean {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    // A file that was created this instant may still be empty.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
