import { resolve } from "node:path";
import { Explained } from "../parts/explained.ts";
import type { KeptProcess } from "../parts/kept-process.ts";
import { keep } from "../parts/kept-process.ts";
import type { ProcessSpec } from "./constellation.ts";

export interface RunningProcess extends KeptProcess {
  readonly pid: number;
}

const patienceMs = 60_000;

// Resolves once the process says that it listens. Its environment holds what its spec says and no setting of the caller's.
export async function startProcess(
  spec: ProcessSpec,
  onLine: (line: string) => void,
  { detached = true }: { readonly detached?: boolean } = {},
): Promise<RunningProcess> {
  const { PATH = "", HOME = "", TZ = "UTC" } = process.env;
  const last: string[] = [];
  const options = {
    detached,
    cwd: resolve(spec.folder),
    env: { PATH, HOME, TZ, NODE_ENV: "production", ...spec.env },
    stdio: ["ignore" as const, "pipe" as const, "pipe" as const, "ipc" as const],
  };
  const running = keep(process.execPath, ["--disable-warning=ExperimentalWarning", spec.script], options, (line) => {
    last.push(line);
    if (last.length > 20) last.shift();
    onLine(line);
  });
  const listening = new Promise<undefined>((done) => {
    running.child.on("message", (message) => {
      if (typeof message === "object" && message !== null && "type" in message && message.type === "listening")
        done(undefined);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done(`it did not listen within ${patienceMs / 1000} s`), patienceMs);
  });
  const failure = await Promise.race([listening, running.exited, late]);
  clearTimeout(timer);
  if (failure !== undefined) {
    await running.stop("SIGKILL", 0);
    throw new Explained(`${spec.name} did not start (${failure}). The last that it said:\n${last.join("\n")}`);
  }
  return { ...running, pid: running.child.pid ?? 0 };
}
