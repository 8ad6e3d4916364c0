import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { createDatabase, whileLocked } from "./database.ts";
import { openEngine } from "./engine.ts";
import { readMigrations } from "./migrations-folder.ts";

export interface Migrated {
  readonly created: boolean;
  readonly applied: readonly string[];
}

interface Refused {
  readonly error: unknown;
  readonly script: string;
}

const filters = { externalTables: [], externalEnums: [] };

// Creates the database where it is missing and applies every migration of the folder that it has not seen, recorded in
// _prisma_migrations exactly as `prisma migrate deploy` does. A migration that PostgreSQL refuses leaves nothing behind, and is
// tried again the next time.
export async function migrate(migrationsFolder: string, url: string): Promise<Migrated> {
  const migrationsList = readMigrations(migrationsFolder);
  const created = await createDatabase(url);
  const pool = new pg.Pool({ connectionString: url, max: 3, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while it is idle is noticed at its next use.
  pool.on("error", () => undefined);
  try {
    return await whileLocked(pool, async () => {
      let refusal: Refused | undefined;
      using engine = await openEngine(pool, (error, script) => {
        refusal = { error, script };
      });
      try {
        const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
        return { created, applied: appliedMigrationNames };
      } catch (error) {
        if (refusal !== undefined) await forgetFailed(engine, migrationsList);
        const said = refusal === undefined ? told(error) : `${nameOf(migrationsList, refusal)}: ${told(refusal.error)}`;
        throw new Error(`${migrationsFolder}: ${said}`, { cause: refusal?.error ?? error });
      }
    });
  } finally {
    await pool.end();
  }
}

// The script ran in one transaction, so that nothing of the failed migration is there.
async function forgetFailed(engine: SchemaEngine, migrationsList: MigrationList): Promise<void> {
  const state = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
  for (const migrationName of state.failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
}

// The migration whose script was refused, and the line where PostgreSQL stopped.
function nameOf(list: MigrationList, { error, script }: Refused): string {
  const refused = list.migrationDirectories.find(({ migrationFile }) => migrationFile.content.value === script);
  const position = error instanceof Error && "position" in error ? Number(error.position) : Number.NaN;
  const line = Number.isNaN(position) ? "" : `, line ${script.slice(0, position - 1).split("\n").length}`;
  return `${refused?.path ?? "the migration"}${line}`;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
