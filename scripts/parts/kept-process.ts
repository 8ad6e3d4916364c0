import type { ChildProcess, SpawnOptions } from "node:child_process";
import { spawn } from "node:child_process";
import { eachLine } from "./lines.ts";

export interface KeptProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<string>;
  // Sends the signal, waits for the end, and kills the whole group if that does not come in time.
  stop(signal: NodeJS.Signals, patienceMs: number): Promise<void>;
}

// In a process group of its own, so that Ctrl-C reaches the keeper alone, which then stops everything in order.
export function keep(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  onLine: (line: string) => void,
): KeptProcess {
  const child = spawn(command, [...args], { detached: true, ...options });
  if (child.stdout !== null) eachLine(child.stdout, onLine);
  if (child.stderr !== null) eachLine(child.stderr, onLine);
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => {
      ended = true;
      resolve(error.message);
    });
    child.once("exit", (code, signal) => {
      ended = true;
      resolve(signal === null ? `exit code ${code}` : signal);
    });
  });
  return {
    child,
    exited,
    stop: async (signal, patienceMs) => {
      if (ended || child.pid === undefined) return;
      child.kill(signal);
      const timer = setTimeout(() => {
        killGroup(child.pid);
        child.kill("SIGKILL");
      }, patienceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}
