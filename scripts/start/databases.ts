import { createHmac } from "node:crypto";
import { basename } from "node:path";
import { migrate } from "@staymesh/migrate";
import pg from "pg";
import { servicesWithSchema } from "../generate/prisma-clients.ts";
import { Explained } from "../parts/explained.ts";

export interface DatabaseServer {
  // The URL of one of its databases, as its owner.
  url(database: string): string;
  // Set where the server is ours: each service then gets a role of its own, with a password made from this.
  readonly secret?: string;
}

export function databaseName(service: string): string {
  return service.replaceAll("-", "_");
}

// Where a service finds its database. On our own server it comes as a role that can open no other.
export function databaseUrl(server: DatabaseServer, service: string): string {
  const name = databaseName(service);
  const url = new URL(server.url(name));
  if (server.secret !== undefined) {
    url.username = name;
    url.password = passwordOf(name, server.secret);
  }
  return url.href;
}

// Creates and migrates the database of every service that has one; says how many migrations were applied.
export async function prepareDatabases(server: DatabaseServer): Promise<string> {
  let applied = 0;
  for (const folder of servicesWithSchema()) {
    const service = basename(folder);
    if (server.secret !== undefined) await ownDatabase(server, databaseName(service), server.secret);
    applied += await migrated(`${folder}/prisma/migrations`, databaseUrl(server, service));
  }
  return applied === 0 ? "current" : `${applied} migrations applied`;
}

async function migrated(folder: string, url: string): Promise<number> {
  try {
    return (await migrate(folder, url)).applied.length;
  } catch (error) {
    // A refused login is told by the caller, who knows where the password comes from.
    if (error instanceof Error && "code" in error) throw error;
    throw new Explained(error instanceof Error ? error.message : String(error));
  }
}

function passwordOf(name: string, secret: string): string {
  return createHmac("sha256", secret).update(name).digest("hex");
}

async function ownDatabase(server: DatabaseServer, name: string, secret: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 1) return;
    await client.query(`DROP ROLE IF EXISTS ${name}`);
    await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(passwordOf(name, secret))}`);
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
  } finally {
    await client.end();
  }
}

// An outside server, by its URL; each service's database lies beside the one that the URL names.
export async function outsideServer(address: string): Promise<DatabaseServer> {
  const server: DatabaseServer = {
    url: (database) => {
      const url = new URL(address);
      url.pathname = `/${database}`;
      return url.href;
    },
  };
  const client = new pg.Client({ connectionString: server.url("postgres"), connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Explained(`PostgreSQL at STAYMESH_POSTGRES_URL cannot be reached: ${reason}`);
  } finally {
    await client.end().catch(() => undefined);
  }
  return server;
}
