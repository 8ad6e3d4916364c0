import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { keep } from "../../scripts/parts/kept-process.ts";
import { freePort } from "../../scripts/parts/ports.ts";
import { startPostgres } from "../../scripts/parts/postgres.ts";
import { identityOf } from "../../scripts/parts/process-identity.ts";
import { checkPorts } from "../../scripts/start/check-ports.ts";
import { claim } from "../../scripts/start/claim.ts";
import { keepPartners, keepSecrets } from "../../scripts/start/secrets.ts";
import { readStartSettings } from "../../scripts/start/settings.ts";
import { fromRunner } from "../support/parts.ts";

describe("npm start", () => {
  it("names every setting that cannot be used, at once", () => {
    const ports = { HTTP_PORT: "none", BANK_PORT: "70000" };
    const read = () =>
      readStartSettings({ ...ports, STAYMESH_POSTGRES_URL: "mysql://x", RATE_LIMIT_PER_MINUTE: "none" });
    expect(read).to.throw(
      "These settings cannot be used: HTTP_PORT must be a port number; BANK_PORT must be a port number; STAYMESH_POSTGRES_URL must be a postgres:// URL; RATE_LIMIT_PER_MINUTE must be a whole number from 1 to 10000000.",
    );
  });

  it("says which port is taken and how to move it", async () => {
    const port = await freePort();
    const server = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      const ports = Object.fromEntries(await Promise.all(portVariables.map(async (name) => [name, await freePort()])));
      const settings = readStartSettings({ ...ports, HTTP_PORT: String(port) });
      expect(await failure(checkPorts(settings))).to.equal(
        `Port ${port} (set HTTP_PORT to move it) is in use by another program: end it, or choose another port.`,
      );
    } finally {
      server.close();
    }
  });

  it("refuses to run twice in one folder", async () => {
    const folder = newFolder();
    const first = await claim(folder);
    expect(await failure(claim(folder))).to.match(/^staymesh is running in this folder already \(process \d+\)\.$/);
    first.release();
    (await claim(folder)).release();
  });

  it("ends what a killed supervisor has left running", async () => {
    const folder = newFolder();
    const orphan = keep("sleep", ["60"], { stdio: "ignore" }, () => undefined);
    const started = identityOf(orphan.child.pid ?? 0)?.started;
    const gone = { pid: 999_999_999, started: "0" };
    writeFileSync(join(folder, "supervisor.json"), JSON.stringify([gone, { pid: orphan.child.pid, started }]));
    const claimed = await claim(folder);
    expect(await orphan.exited).to.equal("SIGTERM");
    claimed.release();
  });

  it("leaves a process alone that has only the id of one it knew", async () => {
    const folder = newFolder();
    const stranger = keep("sleep", ["60"], { stdio: "ignore" }, () => undefined);
    const gone = { pid: 999_999_999, started: "0" };
    writeFileSync(join(folder, "supervisor.json"), JSON.stringify([gone, { pid: stranger.child.pid, started: "1" }]));
    const claimed = await claim(folder);
    expect(identityOf(stranger.child.pid ?? 0)).not.to.equal(undefined);
    claimed.release();
    await stranger.stop("SIGKILL", 1_000);
  });

  it("makes its secrets once, for the owner's eyes only", () => {
    const folder = newFolder();
    const secrets = keepSecrets(folder);
    const partners = keepPartners(folder, secrets);
    expect(keepSecrets(folder)).to.deep.equal(secrets);
    expect(statSync(join(folder, "secrets.json")).mode & 0o077).to.equal(0);
    expect(statSync(partners).mode & 0o077).to.equal(0);
  });

  it("explains secrets that cannot be read", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "secrets.json"), "{");
    expect(() => keepSecrets(folder)).to.throw(/secrets\.json cannot be read; put back a copy/);
  });
});

describe("the PostgreSQL of npm start", () => {
  it("refuses a folder that holds something else, in one sentence", async () => {
    const folder = join(newFolder(), "postgres");
    mkdirSync(folder);
    writeFileSync(join(folder, "notes.txt"), "mine");
    expect(await failure(start(folder))).to.equal(
      `${folder} is not a PostgreSQL data folder: move it away and start again.`,
    );
  });

  it("refuses the data of another PostgreSQL, in one sentence", async () => {
    const folder = join(newFolder(), "postgres");
    mkdirSync(folder);
    writeFileSync(join(folder, "PG_VERSION"), "15\n");
    expect(await failure(start(folder))).to.equal(
      `${folder} was written by PostgreSQL 15, and this is 18: move it away and start again.`,
    );
  });

  it("starts on the folder of a server that was killed, whoever has its process id now", async () => {
    const folder = join(newFolder(), "postgres");
    const first = await start(folder);
    process.kill(first.pid, "SIGKILL");
    await first.exited;
    const second = await start(folder);
    expect(second.isNew).to.equal(false);
    await second.stop();
    writeFileSync(join(folder, "postmaster.pid"), `${process.pid}\n`);
    const third = await start(folder);
    await third.stop();
  });

  it("takes the folder over from a server whose keeper was killed", async () => {
    const folder = join(newFolder(), "postgres");
    const first = await start(folder);
    const second = await start(folder);
    expect(await first.exited).to.equal("exit code 0");
    await second.stop();
  });

  it("says why it does not start on a broken folder", async () => {
    const folder = join(newFolder(), "postgres");
    await (await start(folder)).stop();
    writeFileSync(join(folder, "global", "pg_control"), "broken");
    const said = await failure(start(folder));
    expect(said).to.match(/^PostgreSQL did not start from .*postgres \(SIGABRT\): could not read file .*pg_control/);
    expect(said).not.to.include("\n");
  });

  async function start(folder: string) {
    return startPostgres({ folder, port: await freePort(), password: "test" });
  }
});

const portVariables = [
  "EDGE_ADMIN_PORT",
  "RESERVATION_PORT",
  "RESERVATION_ADMIN_PORT",
  "PAYMENT_PORT",
  "PAYMENT_ADMIN_PORT",
  "REPORT_PORT",
  "REPORT_ADMIN_PORT",
  "WORKER1_ADMIN_PORT",
  "WORKER2_ADMIN_PORT",
  "BANK_PORT",
];

function newFolder(): string {
  const parent = join(fromRunner("STAYMESH_TEST_FOLDER"), "set-up");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "start-"));
  chmodSync(folder, 0o711);
  return folder;
}

async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("It was expected to fail.");
}
