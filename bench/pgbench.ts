// The bound: what PostgreSQL itself does on this machine with the statements that the services send.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { nightCount } from "./hotels.ts";
import type { Sample } from "./load/sample.ts";
import { output } from "./run-program.ts";

export interface PgbenchLoad {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly clients: number;
  readonly seconds: number;
}

interface Held {
  readonly partner: string;
  readonly row: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly fingerprint: string;
  readonly answer: string;
  readonly data_key: string;
  readonly sealed: string;
  readonly catalog_version: string;
}

/** A script and the variables that it sends as parameters. */
export interface Script {
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** hold_rooms(…) as reservation-svc calls it, with the values of a hold that went through the service, but for ids and nights. */
export const holdScript = async (databaseUrl: string): Promise<Script> => {
  const [held] = await query<Held>(
    databaseUrl,
    `SELECT r.partner, to_jsonb(r) AS row, i.method, encode(i.fingerprint, 'hex') AS fingerprint,
       encode(coalesce(i.answer, ''), 'hex') AS answer, encode(g.data_key, 'hex') AS data_key,
       encode(g.sealed, 'hex') AS sealed, p.catalog_version
     FROM reservation r
     JOIN guest g USING (guest_id)
     JOIN idempotency i ON i.guest_id = g.guest_id AND i.answer IS NOT NULL
     JOIN property p ON p.partner = r.partner AND p.property_id = r.property_id
     WHERE r.state = 'HELD' AND r.property_id LIKE 'bench-%' LIMIT 1`,
  );
  if (held === undefined) throw new Error("There is no hold to learn from.");
  const changed = [
    "'reservation_id', gen_random_uuid()",
    "'guest_id', gen_random_uuid()",
    "'property_id', 'bench-' || :hotel::text",
    "'check_in', date '2027-03-01' + :first::integer",
    "'check_out', date '2027-03-01' + :first::integer + :nights::integer",
  ].join(", ");
  const values = [
    ":partner::text, 'bench-' || :hotel::text, :version::bigint, gen_random_uuid(), :method::text",
    "decode(:fingerprint, 'hex'), decode(:answer, 'hex'), NULL",
    `:row::jsonb || jsonb_build_object(${changed})`,
    "900, decode(:datakey, 'hex'), decode(:sealed, 'hex'), gen_random_uuid(), 'reservation.held', NULL, 30",
  ].join(",\n  ");
  return {
    text: [
      "\\set hotel random(0, 7)",
      `\\set first random(0, ${nightCount - 1})`,
      "\\set nights random(1, 3)",
      `SELECT (hold_rooms(${values})).outcome;`,
      "",
    ].join("\n"),
    variables: {
      ...{ partner: held.partner, version: held.catalog_version, method: held.method, row: JSON.stringify(held.row) },
      ...{ fingerprint: held.fingerprint, answer: held.answer, datakey: held.data_key, sealed: held.sealed },
    },
  };
};

export const pgbench = async (script: Script, name: string, load: PgbenchLoad): Promise<Sample> => {
  const file = join(load.folder, `${name}.sql`);
  await writeFile(file, script.text);
  const url = new URL(load.databaseUrl);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(url.password) };
  const where = ["-h", url.hostname, "-p", url.port, "-U", url.username];
  const how = ["-n", "-M", "prepared", "-c", String(load.clients), "-j", "2", "-T", String(load.seconds), "-f", file];
  const variables = Object.entries(script.variables).flatMap(([variable, value]) => ["-D", `${variable}=${value}`]);
  const said = await output(
    "pgbench",
    [...where, ...how, ...variables, "--random-seed=2027", url.pathname.slice(1)],
    env,
  );
  const perSecond = Number(/^tps = ([\d.]+)/m.exec(said)?.[1]);
  const p50Ms = Number(/^latency average = ([\d.]+) ms/m.exec(said)?.[1]);
  if (!(perSecond > 0)) throw new Error(`pgbench said:\n${said}`);
  return { perSecond, p50Ms, p99Ms: 0 };
};

/** How many transactions a database has committed since it was made. */
export const commits = async (databaseUrl: string): Promise<number> => {
  const [row] = await query<{ readonly xact_commit: string }>(
    databaseUrl,
    "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(row?.xact_commit ?? 0);
};

export const query = async <T extends pg.QueryResultRow>(databaseUrl: string, sql: string): Promise<readonly T[]> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
};
