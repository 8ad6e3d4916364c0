import pg from "pg";

export interface PoolOptions {
  readonly url: string;
  readonly max: number;
  readonly onError: (error: unknown) => void;
}

const DATE = 1082;
const INT8 = 20;

/** PostgreSQL's own types as this service wants them: days stay texts, and no count is ever rounded. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: "text" | "binary") => {
    if (format !== "binary") {
      if (oid === DATE) return (text: string) => text;
      if (oid === INT8) return BigInt;
    }
    return pg.types.getTypeParser(oid, format);
  },
};

/** A bounded pool: a query that gets no connection or no end within the bounds fails. */
export function openPool({ url, max, onError }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 4000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 8000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    application_name: "reservation-svc",
    // Plans are made once for every size of the tables, and all that is asked often has its index.
    options: "-c jit=off -c enable_seqscan=off -c random_page_cost=1.1",
  });
  // A connection that breaks while it is idle is replaced at its next use.
  pool.on("error", onError);
  return pool;
}
