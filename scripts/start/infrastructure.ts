import { join } from "node:path";
import { Explained } from "../parts/explained.ts";
import { freePort, isFree } from "../parts/ports.ts";
import { startPostgres } from "../parts/postgres.ts";
import { startRedis } from "../parts/redis.ts";
import type { DatabaseServer } from "./databases.ts";
import { outsideServer } from "./databases.ts";
import { outsideRedis } from "./outside-redis.ts";
import type { Startable, Supervised } from "./supervise.ts";

// How a part is started so that it is watched: the supervisor's own supervise, or a plain start in tests.
export type Watch = (name: string, start: () => Promise<Startable>) => Promise<Supervised>;

export async function databaseServer(
  folder: string,
  password: string,
  outside: string | undefined,
  onLine: (line: string) => void,
  watch: Watch,
): Promise<DatabaseServer> {
  if (outside !== undefined) return outsideServer(outside);
  const port = await preferred(54_320);
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  await watch("postgres", () => startPostgres({ folder: join(folder, "postgres"), port, password, onLine }));
  return { url, secret: password };
}

export async function redisServer(
  use: "queue" | "index",
  folder: string,
  outside: string | undefined,
  onLine: (line: string) => void,
  watch: Watch,
): Promise<string> {
  if (outside !== undefined) return outsideRedis(`STAYMESH_REDIS_${use.toUpperCase()}_URL`, outside);
  const port = await preferred(use === "queue" ? 56_379 : 56_380);
  await watch(`redis-${use}`, () => startRedis({ folder: join(folder, `redis-${use}`), port, use, onLine }));
  return `redis://127.0.0.1:${port}`;
}

// Nobody outside depends on these ports, so that a taken one is simply passed over.
async function preferred(port: number): Promise<number> {
  return (await isFree(port)) ? port : freePort();
}

// The password in the secrets opens only the data folder that it was made with.
export function explainLogin(error: unknown, folder: string): unknown {
  const refused = error instanceof Error && "code" in error && error.code === "28P01";
  if (!refused) return error;
  return new Explained(
    `${folder}/secrets.json does not belong to the data in ${folder}/postgres: put back the one that does.`,
  );
}
