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
  // The services whose migrations cannot be applied.
  readonly broken: readonly string[];
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
    const broken: string[] = [];
    for (const service of servicesWithSchema()) {
      if (!(await makeTemplate(service, postgres.url(templateOf(basename(service)))))) broken.push(basename(service));
    }
    return {
      folder,
      broken,
      env: { STAYMESH_TEST_POSTGRES_URL: postgres.url("postgres"), STAYMESH_TEST_FOLDER: folder },
      [Symbol.asyncDispose]: async () => {
        await postgres.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

// A service whose migrations fail takes its own tests down with it, and no others.
async function makeTemplate(service: string, url: string): Promise<boolean> {
  try {
    await migrate(`${service}/prisma/migrations`, url);
    return true;
  } catch (error) {
    console.log(`  ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
