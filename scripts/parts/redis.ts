import type { ChildProcess, SpawnOptions } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { Socket } from "node:net";
import { delimiter, join } from "node:path";
import { Explained } from "./explained.ts";
import { keep } from "./kept-process.ts";

export interface Redis {
  readonly url: string;
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface RedisOptions {
  readonly folder: string;
  readonly port: number;
  // A queue loses nothing that it accepted; an index may forget, since it can be built again.
  readonly use: "queue" | "index";
  readonly onLine?: (line: string) => void;
  // Lives as long as the process that started it and does not keep that one alive.
  readonly tied?: boolean;
}

const settings = {
  queue: ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"],
  index: ["--appendonly", "no", "--maxmemory", "256mb", "--maxmemory-policy", "allkeys-lru"],
} as const;

export function findRedis(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).concat("/usr/local/bin", "/usr/bin");
  return ["redis-server", "valkey-server"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => isExecutable(file));
}

export async function startRedis(options: RedisOptions): Promise<Redis> {
  const binary = findRedis();
  if (binary === undefined)
    throw new Explained("There is no redis-server or valkey-server on PATH; install one of them.");
  mkdirSync(options.folder, { recursive: true });
  let last = "";
  let ready = (): void => undefined;
  const isReady = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const args = ["--bind", "127.0.0.1", "--port", String(options.port), "--save", "", "--dir", options.folder];
  const spawned = { detached: options.tied !== true, stdio: ["ignore", "pipe", "pipe"] } satisfies SpawnOptions;
  const redis = keep(binary, [...args, ...settings[options.use]], spawned, (line) => {
    options.onLine?.(line);
    if (line.includes("Ready to accept connections")) ready();
    if (line.trim() !== "") last = line;
  });
  const failure = await Promise.race([isReady, redis.exited]);
  if (failure !== undefined) throw new Explained(`Redis (${options.use}) did not start (${failure}): ${last}`);
  if (options.tied === true) tie(redis.child);
  return {
    url: `redis://127.0.0.1:${options.port}`,
    pid: redis.child.pid ?? 0,
    exited: redis.exited,
    stop: () => redis.stop("SIGTERM", 10_000),
  };
}

function tie(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
  process.once("exit", () => child.kill("SIGKILL"));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
