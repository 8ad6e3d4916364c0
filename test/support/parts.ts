// What a test needs from outside: a database of its own, a Redis of its own. The runner has started PostgreSQL.
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { freePort } from "../../scripts/parts/ports.ts";
import { startRedis } from "../../scripts/parts/redis.ts";
import { templateOf } from "../../scripts/test/parts.ts";

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

export function fromRunner(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error("Run the tests with the runner: node scripts/test.mjs <paths>.");
  return value;
}

// A new database with the service's tables and no rows.
export async function database(service: string): Promise<TestDatabase> {
  const server = fromRunner("STAYMESH_TEST_POSTGRES_URL");
  const name = `test_${randomBytes(6).toString("hex")}`;
  await command(server, `CREATE DATABASE ${name} TEMPLATE ${pg.escapeIdentifier(templateOf(service))}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const close = () => command(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  return { url: url.href, close, [Symbol.asyncDispose]: close };
}

// A new Redis, empty, that nobody else uses; it ends with the test process.
export async function redisUrl(use: "queue" | "index" = "queue"): Promise<string> {
  const folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "redis-"));
  const redis = await startRedis({ folder, port: await freePort(), use, tied: true });
  return redis.url;
}

async function command(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
