import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { migrate } from "@staymesh/migrate";
import { servicesWithSchema } from "../generate/prisma-clients.ts";
import { freePort } from "../parts/ports.ts";
import { startPostgres } from "../parts/postgres.ts";

export interface TestParts extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

// The name of the migrated database that a service's tests are cloned from.
export function templateOf(service: string): string {
  return `${service.replaceAll("-", "_")}_template`;
}

// One PostgreSQL for the run, in a folder that is removed afterwards, with a migrated template for each service.
export async function startTestParts(): Promise<TestParts> {
  const folder = mkdtempSync(join(tmpdir(), "staymesh-test-"));
  // PostgreSQL may run as another user, who has to get through.
  chmodSync(folder, 0o711);
  const remove = () => {
    const data = join(folder, "postgres");
    if (existsSync(data)) rmSync(realpathSync(data), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const postgres = await startPostgres({
      folder: join(folder, "postgres"),
      port: await freePort(),
      password: "test",
    });
    const stop = async () => {
      await postgres.stop();
      remove();
    };
    try {
      for (const service of servicesWithSchema()) {
        await migrate(`${service}/prisma/migrations`, postgres.url(templateOf(basename(service))));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      folder,
      env: { STAYMESH_TEST_POSTGRES_URL: postgres.url("postgres"), STAYMESH_TEST_FOLDER: folder },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    remove();
    throw error;
  }
}
