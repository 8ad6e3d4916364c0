import { Refusal } from "@staymesh/service-kit";
import type pg from "pg";
import type { PrismaClient } from "../../generated/prisma/client.ts";

const TRIES_MAX = 10;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";
const QUERY_CANCELED = "57014";

/** Makes a query or a transaction again where PostgreSQL took it back for the sake of another one. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const code = codeOf(error);
      if (tries < TRIES_MAX && (code === SERIALIZATION_FAILURE || code === DEADLOCK)) continue;
      throw reportOf(error);
    }
  }
}

/** What a caller is told where the store is away or has too much to do: then it says nothing of the query. Other errors stay. */
export function reportOf(error: unknown): unknown {
  if (codeOf(error) === QUERY_CANCELED || isBusy(error)) return overloaded(error);
  return isAway(error) ? unavailable(error) : error;
}

/** Lets a reader tell a store that is away or busy as any other statement does. */
export function readingAgain(prisma: PrismaClient): PrismaClient {
  const reader = prisma.$extends({ query: { $allOperations: ({ args, query }) => again(() => query(args)) } });
  // The extension changes what happens to errors alone, so that the client's own type still holds.
  return reader as unknown as PrismaClient;
}

/** Runs statements as one transaction; with `dryRun` everything is undone again. */
export function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  dryRun = false,
): Promise<T> {
  return again(async () => {
    const client = await pool.connect();
    let broken = true;
    try {
      await client.query("BEGIN");
      try {
        const result = await work(client);
        await client.query(dryRun ? "ROLLBACK" : "COMMIT");
        broken = false;
        return result;
      } catch (error) {
        // A connection that does not take even this back is given up, and what happened first is what counts.
        await client.query("ROLLBACK").then(
          () => {
            broken = false;
          },
          () => undefined,
        );
        throw error;
      }
    } finally {
      client.release(broken);
    }
  });
}

export const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const isBusy = (error: unknown): boolean =>
  error instanceof Error && /timeout exceeded when trying to connect/.test(error.message);

const away: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "57P01",
  "57P02",
  "57P03",
  "53300",
  // What Prisma makes of them.
  "P1001",
  "P1002",
  "P1008",
  "P1017",
]);

const isAway = (error: unknown): boolean =>
  away.has(codeOf(error)) || (error instanceof Error && /^Connection terminated/.test(error.message));

/** Whether something was written is not known then: the same request again finds out. */
const unavailable = (cause: unknown): Refusal => {
  const refusal = new Refusal("DEPENDENCY_UNAVAILABLE", "The store cannot be reached.", {}, { retryAfterMs: 500 });
  refusal.cause = cause;
  return refusal;
};

const overloaded = (cause: unknown): Refusal => {
  const refusal = new Refusal("OVERLOADED", "The store has more work than it can do.", {}, { retryAfterMs: 500 });
  refusal.cause = cause;
  return refusal;
};
