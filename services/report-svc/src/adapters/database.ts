import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { PrismaClient } from "../../generated/prisma/client.ts";

/** The service's database: Prisma for ordinary reads, and the pool beneath it for statements that decide something. */
export interface Database extends AsyncDisposable {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;
  readonly answers: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

const CONNECTIONS_MAX = 10;
// Below the shortest timeout of the service's RPCs, so that a slow database is told as such.
const STATEMENT_TIMEOUT_MS = 4000;
const CONNECT_TIMEOUT_MS = 3000;

/** Opens the pool; the first connection is made by the first query. */
export function openDatabase(url: string, onError: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 500,
  });
  // An idle connection that breaks is replaced at the next query.
  pool.on("error", onError);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const close = async () => {
    await prisma.$disconnect();
    if (!pool.ended) await pool.end();
  };
  return {
    pool,
    prisma,
    answers: async () => (await pool.query("SELECT 1")).rowCount === 1,
    close,
    [Symbol.asyncDispose]: close,
  };
}
