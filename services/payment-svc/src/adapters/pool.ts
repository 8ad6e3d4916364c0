import pg from "pg";

const INT8 = 20;

/** Connections to the service's own database: few, bounded in time, and exact with large numbers. */
export function openPool(url: string, onError: (error: Error) => void, max = 12): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: 3000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 4000,
    query_timeout: 5000,
    keepAlive: true,
    application_name: "payment-svc",
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format),
    },
  });
  pool.on("error", onError);
  return pool;
}
