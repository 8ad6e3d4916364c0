import pg from "pg";

const invalidCatalogName = "3D000";
const duplicateDatabase = "42P04";
const uniqueViolation = "23505";
// Any number will do, as long as every migrator takes the same.
const lockKey = 5_071_218;

// Creates the database that the URL names if it is not there yet; true if it did.
export async function createDatabase(url: string): Promise<boolean> {
  try {
    await query(url, "SELECT 1");
    return false;
  } catch (error) {
    if (codeOf(error) !== invalidCatalogName) throw error;
  }
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  try {
    await query(maintenance.href, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return true;
  } catch (error) {
    // Somebody else created it at the same moment.
    if (codeOf(error) === duplicateDatabase || codeOf(error) === uniqueViolation) return false;
    throw error;
  }
}

// Two migrators on one database go one after the other.
export async function whileLocked<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [lockKey]);
    return await work();
  } finally {
    // The connection is closed, not kept, and the lock goes with it.
    client.release(true);
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
