import { type DestinationStream, destination, pino } from "pino";
import { describeError } from "./error-fields.ts";
import type { Logger } from "./logger.ts";
import { redactor } from "./redact.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  readonly name: string;
  readonly level: LogLevel;
  /** Names of further fields that are never written, beside credentials: the contract's personal fields, for instance. */
  readonly redact?: Iterable<string>;
  /** Where lines go; standard output unless a test says otherwise. */
  readonly destination?: DestinationStream;
}

/** Opens the log: JSON lines, with secrets and personal fields withheld, bigints readable and errors without their data. */
export function openLog(options: LogOptions): Logger {
  const redact = redactor(options.redact ?? []);
  return pino(
    {
      level: options.level,
      base: { service: options.name },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: redact,
        bindings: redact,
      },
      serializers: { err: describeError, error: describeError },
    },
    options.destination ?? destination({ dest: 1, sync: true }),
  );
}
