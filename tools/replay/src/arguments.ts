import { parseArgs } from "node:util";
import type { Wanted } from "./read-file.ts";

/** What a replay is asked to do. */
export interface Arguments {
  readonly file: string;
  readonly wanted: Wanted;
  readonly concurrency: number;
  /** Absent: a new one for each run. */
  readonly suffix: string | undefined;
  readonly key: string;
  readonly carrier: Carrier;
  readonly dryRun: boolean;
}

/** How the API is reached. */
export type Carrier =
  | { readonly via: "rest"; readonly endpoint: URL }
  | { readonly via: "grpc"; readonly reservationAddress: string; readonly reportAddress: string };

export const usage = `usage: npm run replay -- <hotel_bookings.csv or .zip> [options]
  --hotel "City Hotel"       only this hotel
  --from 2016-03             only arrivals from this month on
  --to 2016-06               only arrivals up to this month
  --limit 500                only the first so many of these rows
  --concurrency 16           calls in flight
  --suffix spring            end of the property ids; the same one again goes on with a replay that was stopped
  --via rest | grpc          through the edge (the default), or straight to the services
  --endpoint http://127.0.0.1:8080
  --reservation-address 127.0.0.1:50051
  --report-address 127.0.0.1:50053
  --key sk_sandbox_demo
  --dry-run                  read the file and show what would be played`;

/** The command line asks for something that cannot be done. */
export class WrongArguments extends Error {
  override readonly name = "WrongArguments";
}

const options = {
  hotel: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  limit: { type: "string" },
  concurrency: { type: "string", default: "16" },
  suffix: { type: "string" },
  via: { type: "string", default: "rest" },
  endpoint: { type: "string", default: "http://127.0.0.1:8080" },
  "reservation-address": { type: "string", default: "127.0.0.1:50051" },
  "report-address": { type: "string", default: "127.0.0.1:50053" },
  key: { type: "string", default: "sk_sandbox_demo" },
  "dry-run": { type: "boolean", default: false },
} as const;

/** Reads the command line and reports everything that is wrong with it at once. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values, positionals } = parsed(argv);
  const problems: string[] = [];
  const [file = ""] = positionals;
  if (positionals.length !== 1) problems.push("give one file");
  const month = (name: "from" | "to"): string | undefined => {
    const value = values[name];
    if (value !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(value))
      problems.push(`--${name} takes a month such as 2016-03`);
    return value;
  };
  const whole = (name: "limit" | "concurrency", most: number): number | undefined => {
    const value = values[name];
    const number = Number(value);
    if (value === undefined || (/^\d+$/.test(value) && number >= 1 && number <= most))
      return value === undefined ? value : number;
    problems.push(`--${name} takes a whole number from 1 to ${most}`);
    return undefined;
  };
  const { suffix, endpoint, via } = values;
  const [from, to] = [month("from"), month("to")];
  const limit = whole("limit", 10_000_000);
  const concurrency = whole("concurrency", 512) ?? 1;
  if (from !== undefined && to !== undefined && from > to) problems.push("--from lies behind --to");
  if (suffix !== undefined && !/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(suffix)) {
    problems.push("--suffix takes up to 20 lower-case letters, digits and hyphens");
  }
  if (via !== "rest" && via !== "grpc") problems.push("--via takes rest or grpc");
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    problems.push("--endpoint takes a URL such as http://127.0.0.1:8080");
  if (url === undefined || problems.length > 0) throw new WrongArguments(problems.join("\n"));
  return {
    file,
    wanted: {
      ...(values.hotel === undefined ? {} : { hotel: values.hotel }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(limit === undefined ? {} : { limit }),
    },
    concurrency,
    suffix,
    key: values.key,
    carrier:
      via === "grpc"
        ? { via, reservationAddress: values["reservation-address"], reportAddress: values["report-address"] }
        : { via: "rest", endpoint: url },
    dryRun: values["dry-run"],
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}
