import { chmodSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { KeptProcess } from "../../scripts/parts/kept-process.ts";
import { keep } from "../../scripts/parts/kept-process.ts";
import { freePort, isFree } from "../../scripts/parts/ports.ts";
import { identityOf } from "../../scripts/parts/process-identity.ts";
import { sandboxKey } from "../../scripts/start/secrets.ts";
import { portNames } from "../../scripts/start/settings.ts";
import { fromRunner } from "../support/parts.ts";

describe("npm start, from start to stop and start again", function () {
  this.timeout(180_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let httpPort: number;
  let running: Started | undefined;

  before(async () => {
    folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "npm-start-"));
    chmodSync(folder, 0o711);
    const ports = await Promise.all(
      Object.values(portNames).map(async (it) => [it.variable, String(await freePort())]),
    );
    const variables: Record<string, string> = Object.fromEntries(ports);
    httpPort = Number(variables["HTTP_PORT"]);
    env = { ...process.env, ...variables, STAYMESH_FOLDER: join(folder, "data"), NODE_ENV: "" };
  });

  after(async () => {
    await running?.kept.stop("SIGINT", 60_000);
  });

  it("brings everything up, says where it is, and has a catalogue to look at", async () => {
    running = await start();
    expect(running.said).to.include(`REST   http://127.0.0.1:${httpPort}`);
    expect(running.said).to.include(`Key    ${sandboxKey}`);
    expect(await propertyNames()).to.have.members([
      "properties/berlin-mitte",
      "properties/porto-river",
      "properties/sintra-palace",
    ]);
  });

  it("starts a service again that was killed", async () => {
    const pid = pidOf("payment-svc");
    process.kill(pid, "SIGKILL");
    await running?.until(/payment-svc is up again/);
    expect(identityOf(pid)).to.equal(undefined);
  });

  it("refuses a second start in the same folder", async () => {
    const second = run();
    expect(await second.kept.exited).to.equal("exit code 1");
    expect(second.text()).to.match(/staymesh is running in this folder already \(process \d+\)\.\n$/);
  });

  it("leaves nothing running when it is stopped", async () => {
    const pids = knownPids();
    expect(pids.length).to.be.greaterThan(9);
    await running?.kept.stop("SIGINT", 60_000);
    expect(await running?.kept.exited).to.equal("exit code 0");
    expect(pids.filter((pid) => identityOf(pid) !== undefined)).to.deep.equal([]);
    expect(await isFree(httpPort)).to.equal(true);
  });

  it("comes up again by itself after a kill -9 of the supervisor, with its data", async () => {
    running = await start();
    expect(running.said).to.include("demo catalogue: there already");
    running.kept.child.kill("SIGKILL");
    await running.kept.exited;
    running = await start();
    expect(running.said).to.include("demo catalogue: there already");
  });

  interface Started {
    readonly kept: KeptProcess;
    readonly said: string;
    until(pattern: RegExp): Promise<void>;
  }

  // The bootstrap's own part, installing packages, has been done by the runner of this test.
  function run() {
    const said: string[] = [];
    const heard: (() => void)[] = [];
    const options = { env, detached: false, stdio: ["ignore" as const, "pipe" as const, "pipe" as const] };
    const kept = keep(process.execPath, ["scripts/start/main.ts"], options, (line) => {
      said.push(line);
      for (const tell of heard) tell();
    });
    const text = () => `${said.join("\n")}\n`;
    const until = (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        heard.push(() => {
          if (pattern.test(text())) resolve();
        });
      });
    return { kept, text, until };
  }

  async function start(): Promise<Started> {
    const { kept, text, until } = run();
    const ended = await Promise.race([until(/^staymesh is ready/m), kept.exited]);
    if (ended !== undefined) throw new Error(`It ended (${ended}):\n${text()}`);
    return { kept, said: text(), until };
  }

  async function propertyNames(): Promise<readonly string[]> {
    const headers = { authorization: `Bearer ${sandboxKey}` };
    const response = await fetch(`http://127.0.0.1:${httpPort}/v1/properties`, { headers });
    expect(response.status).to.equal(200);
    // What the contract says of a list of properties.
    const { properties } = (await response.json()) as { properties: readonly { name: string }[] };
    return properties.map((property) => property.name);
  }

  function knownPids(): readonly number[] {
    const noted: { pid: number }[] = JSON.parse(readFileSync(join(folder, "data", "supervisor.json"), "utf8"));
    return noted.map(({ pid }) => pid);
  }

  function pidOf(service: string): number {
    const found = knownPids().find((pid) => workingFolder(pid).endsWith(`services/${service}`));
    if (found === undefined) throw new Error(`${service} is not running.`);
    return found;
  }

  function workingFolder(pid: number): string {
    try {
      return realpathSync(`/proc/${pid}/cwd`);
    } catch {
      return "";
    }
  }
});
