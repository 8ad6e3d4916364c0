// Plays the bookings of a real hotel through the public API: npm run replay -- <hotel_bookings.csv or .zip>
import { randomUUID } from "node:crypto";
import type { HotelApi } from "./api.ts";
import { type Arguments, readArguments, usage, WrongArguments } from "./arguments.ts";
import { grpcApi } from "./grpc-api.ts";
import { hotelsOf } from "./hotel.ts";
import { patience } from "./insist.ts";
import { readFile } from "./read-file.ts";
import { replay } from "./replay.ts";
import { restApi } from "./rest-api.ts";
import { messageOf } from "./tally.ts";
import { hotelLines, noteLines, planLine } from "./texts.ts";
import { timelineOf } from "./timeline.ts";

const stopped = new AbortController();
process.once("SIGINT", () => stopped.abort());
process.once("SIGTERM", () => stopped.abort());

try {
  process.exitCode = await main(readArguments(process.argv.slice(2)));
} catch (error) {
  console.error(messageOf(error));
  if (error instanceof WrongArguments) console.error(usage);
  process.exitCode = error instanceof WrongArguments ? 2 : 1;
}

async function main(args: Arguments): Promise<number> {
  const suffix = args.suffix ?? randomUUID().slice(0, 6);
  const bookings = await readFile(args.file, args.wanted);
  if (bookings.length === 0) throw new Error(`${args.file} has no such bookings.`);
  if (args.dryRun) {
    const lines = [...hotelsOf(bookings, suffix).flatMap(hotelLines), ...noteLines(bookings)];
    console.log([...lines, planLine(timelineOf(bookings))].join("\n"));
    return 0;
  }
  const api = apiOf(args);
  try {
    const { concurrency } = args;
    const { signal } = stopped;
    const options = { api, bookings, suffix, concurrency, patience, signal, screen: process.stdout, newId: randomUUID };
    const { faithful } = await replay(options);
    console.log(faithful ? "Every month matches the file." : "The replay differs from the file.");
    return faithful ? 0 : 1;
  } catch (error) {
    if (!stopped.signal.aborted) throw error;
    console.error(`\nStopped. To go on, start the same replay again with --suffix ${suffix}`);
    return 130;
  } finally {
    api.close();
  }
}

function apiOf({ carrier, key, concurrency }: Arguments): HotelApi {
  if (carrier.via === "rest") return restApi({ endpoint: carrier.endpoint, key, connections: concurrency });
  return grpcApi({ ...carrier, key });
}
