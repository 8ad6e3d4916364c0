import { expect } from "chai";
import { keep } from "../../scripts/parts/kept-process.ts";
import { identityOf } from "../../scripts/parts/process-identity.ts";
import type { Startable } from "../../scripts/start/supervise.ts";
import { supervise } from "../../scripts/start/supervise.ts";

describe("the supervisor", () => {
  it("starts a process again that was killed, and says so", async () => {
    const { events, happened, once } = record();
    const supervised = await supervise("sleeper", sleeper, events);
    const first = supervised.pid() ?? 0;
    process.kill(first, "SIGKILL");
    await once("restarted");
    expect(happened).to.deep.equal(["died SIGKILL 250", "restarted"]);
    expect(supervised.pid()).not.to.equal(first);
    expect(identityOf(supervised.pid() ?? 0)).not.to.equal(undefined);
    await supervised.stop();
  });

  it("waits longer each time for a process that dies at once", async () => {
    const { events, happened, once } = record();
    const supervised = await supervise("flapping", async () => startable("exit 3"), events);
    await once("died exit code 3 500");
    await supervised.stop();
    expect(happened).to.deep.equal(["died exit code 3 250", "restarted", "died exit code 3 500"]);
  });

  it("leaves a process alone that it was told to stop", async () => {
    const { events, happened } = record();
    const supervised = await supervise("sleeper", sleeper, events);
    const pid = supervised.pid() ?? 0;
    await supervised.stop();
    expect(identityOf(pid)).to.equal(undefined);
    expect(happened).to.deep.equal([]);
  });

  it("passes on why a process could not be started the first time", async () => {
    const failing = supervise("broken", () => Promise.reject(new Error("no such program")), record().events);
    expect(await failing.catch((error: Error) => error.message)).to.equal("no such program");
  });

  it("kills a process that does not heed the signal", async () => {
    const deaf = keep("sh", ["-c", "trap '' TERM; echo deaf; sleep 60 & wait; sleep 60"], options, () => heard());
    let heard = (): void => undefined;
    await new Promise<void>((resolve) => {
      heard = resolve;
    });
    await deaf.stop("SIGTERM", 100);
    expect(await deaf.exited).to.equal("SIGKILL");
  });
});

const options = { stdio: ["ignore" as const, "pipe" as const, "pipe" as const] };

async function sleeper(): Promise<Startable> {
  return startable("exec sleep 60");
}

function startable(command: string): Startable {
  const kept = keep("sh", ["-c", command], options, () => undefined);
  return { pid: kept.child.pid ?? 0, exited: kept.exited, stop: () => kept.stop("SIGTERM", 5_000) };
}

function record() {
  const happened: string[] = [];
  const waiting = new Map<string, () => void>();
  const note = (event: string) => {
    happened.push(event);
    waiting.get(event)?.();
  };
  const events = {
    died: (_name: string, how: string, againInMs: number) => note(`died ${how} ${againInMs}`),
    restarted: () => note("restarted"),
  };
  const once = (event: string) => new Promise<void>((resolve) => waiting.set(event, resolve));
  return { events, happened, once };
}
