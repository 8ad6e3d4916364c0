import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { createDatabase, whileLocked } from "./database.ts";
import { openEngine } from "./engine.ts";
import { readMigrations } from "./migrations-folder.ts";

export interface Migrated {
  readonly created: boolean;
  readonly applied: readonly string[];
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
      let refusal: unknown;
      using engine = await openEngine(pool, (error) => {
        refusal = error;
      });
      try {
        const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
        return { created, applied: appliedMigrationNames };
      } catch (error) {
        if (refusal !== undefined) await forgetFailed(engine, migrationsList);
        throw new Error(`${migrationsFolder}: ${told(refusal ?? error)}`, { cause: refusal ?? error });
      }
    });
  } finally {
    await pool.end();
  }
}

// The script ran in one transaction, so that nothing of the failed migration is there.
async function forgetFailed(engine: SchemaEngine, migrationsList: ReturnType<typeof readMigrations>): Promise<void> {
  const state = await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters });
  for (const migrationName of state.failedMigrationNames) await engine.markMigrationRolledBack({ migrationName });
}

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const position = "position" in error && error.position !== undefined ? ` (at character ${error.position})` : "";
  return `${error.message}${position}`;
}
