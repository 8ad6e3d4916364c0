import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly command: string;
  // Two processes that get the same id one after the other differ in this.
  readonly started: string;
}

// Who has the process id now; undefined where nobody has.
export function identityOf(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return existsSync("/proc/self/stat") ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command stands in parentheses and may hold spaces and parentheses itself.
    const command = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : { command, started: fields[18] ?? "" };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): ProcessIdentity | undefined {
  const line =
    spawnSync("ps", ["-o", "stat=,lstart=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
  const [state, ...words] = line.split(/\s+/);
  if (state === undefined || state === "" || state.startsWith("Z")) return undefined;
  return { started: words.slice(0, 5).join(" "), command: words.slice(5).join(" ") };
}
