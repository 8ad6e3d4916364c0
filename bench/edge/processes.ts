import { once } from "node:events";
import { keep } from "../../scripts/parts/kept-process.ts";
import type { Program } from "./gateways.ts";

/** A gateway that runs. */
export interface Running extends AsyncDisposable {
  /** Microseconds of CPU that it has used so far, with its garbage collector and compiler. */
  readonly cpuMicros: () => Promise<number>;
}

const STOP_WITHIN_MS = 15_000;
const meter = new URL("cpu-meter.ts", import.meta.url).href;

/** Resolves once it listens; `flags` are Node's. */
export const start = async ({ script, env }: Program, flags: readonly string[] = []): Promise<Running> => {
  const { PATH = "", HOME = "" } = process.env;
  const said: string[] = [];
  const { child, exited, stop } = keep(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", ...flags, `--import=${meter}`, script],
    {
      // In the group of its parent, so that Ctrl-C reaches all of them.
      detached: false,
      env: { PATH, HOME, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    },
    (line) => {
      said.push(line);
      if (said.length > 20) said.shift();
    },
  );
  const fail = async (): Promise<never> => {
    throw new Error(`${script} ended (${await exited}). The last that it said:\n${said.join("\n")}`);
  };
  const told = async (type: string): Promise<object> => {
    for (;;) {
      const [message] = await Promise.race([once(child, "message"), fail()]);
      if (typeof message === "object" && message !== null && "type" in message && message.type === type) return message;
    }
  };
  await told("listening");
  return {
    cpuMicros: async () => {
      const answer = told("cpu");
      child.send("cpu");
      const message = await answer;
      if (!("micros" in message) || typeof message.micros !== "number") throw new Error("The meter gave no number.");
      return message.micros;
    },
    [Symbol.asyncDispose]: () => stop("SIGTERM", STOP_WITHIN_MS),
  };
};
