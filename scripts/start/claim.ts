import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Explained } from "../parts/explained.ts";
import { killGroup } from "../parts/kept-process.ts";
import { identityOf } from "../parts/process-identity.ts";

interface Noted {
  readonly pid: number;
  readonly started: string;
}

export interface Claim {
  // Remembers the processes that a later start must end if this one is killed.
  note(pids: readonly number[]): void;
  release(): void;
}

// One supervisor per data folder. What a killed one left running is ended first, since it holds the ports and the data.
export async function claim(folder: string): Promise<Claim> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "supervisor.json");
  const before = read(file);
  const [supervisor, ...children] = before;
  if (supervisor !== undefined && isSame(supervisor)) {
    throw new Explained(`staymesh is running in this folder already (process ${supervisor.pid}).`);
  }
  await endAll(children);
  const own = noted(process.pid);
  const note = (pids: readonly number[]) =>
    writeFileSync(file, JSON.stringify([...own, ...pids.flatMap((pid) => noted(pid))]), { mode: 0o600 });
  note([]);
  return { note, release: () => rmSync(file, { force: true }) };
}

async function endAll(left: readonly Noted[]): Promise<void> {
  const alive = left.filter(isSame);
  for (const { pid } of alive) signal(pid);
  for (let waited = 0; waited < 120 && alive.some(isSame); waited += 1) await delay(100);
  for (const { pid } of alive.filter(isSame)) killGroup(pid);
}

function signal(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended in the meantime.
  }
}

function noted(pid: number): readonly Noted[] {
  const identity = identityOf(pid);
  return identity === undefined ? [] : [{ pid, started: identity.started }];
}

function isSame({ pid, started }: Noted): boolean {
  return identityOf(pid)?.started === started;
}

function read(file: string): readonly Noted[] {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return [];
  }
}
