// Searches are the same bytes again and again, so that the cheapest load generators there are can send them.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quantiles, type Sample } from "./load/sample.ts";
import { output } from "./run-program.ts";

export interface SearchLoad {
  readonly folder: string;
  readonly key: string;
  readonly callers: number;
  readonly seconds: number;
}

/** Over gRPC, with h2load and a request body in a file. */
export const searchByGrpc = async (address: string, message: Buffer, load: SearchLoad): Promise<Sample> => {
  const body = join(load.folder, "search.grpc");
  const log = join(load.folder, "h2load.log");
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  await writeFile(body, Buffer.concat([prefix, message]));
  // h2load adds to a log that is there, and the requests of earlier runs are not of this one.
  await rm(log, { force: true });
  const connections = Math.max(1, Math.floor(load.callers / 8));
  const said = await output("h2load", [
    ...["-D", String(load.seconds), "-c", String(connections), "-m", "8", "-t", "1"],
    ...["-H", "content-type: application/grpc", "-H", "te: trailers", "-H", `authorization: Bearer ${load.key}`],
    ...["-d", body, `--log-file=${log}`],
    `http://${address}/staymesh.reservation.v1.StayService/SearchStays`,
  ]);
  const failed = /(\d+) failed, (\d+) errored/.exec(said);
  if (failed?.[1] !== "0" || failed[2] !== "0") throw new Error(`searches over gRPC failed:\n${said}`);
  // A line for each request: when it began, its HTTP status, and how long it took, in microseconds.
  const times = (await readFile(log, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Number(line.split("\t")[2]) / 1000);
  return quantiles(times, load.seconds);
};

/** Over REST, with wrk. */
export const searchByRest = async (url: string, load: SearchLoad): Promise<Sample> => {
  const said = await output("wrk", [
    ...["-t", "1", "-c", String(load.callers), "-d", `${load.seconds}s`, "--latency"],
    ...["-H", `Authorization: Bearer ${load.key}`, url],
  ]);
  if (/Non-2xx/.test(said)) throw new Error(`searches over REST failed:\n${said}`);
  const perSecond = Number(/Requests\/sec: +([\d.]+)/.exec(said)?.[1]);
  return { perSecond, p50Ms: milliseconds(said, "50"), p99Ms: milliseconds(said, "99") };
};

const milliseconds = (said: string, share: string): number => {
  const [, value = "0", unit = "ms"] = new RegExp(`^ +${share}% +([\\d.]+)(us|ms|s)`, "m").exec(said) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? 1);
};
