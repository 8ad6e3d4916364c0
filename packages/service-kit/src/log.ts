import { type DestinationStream, destination, type Logger as Pino, pino } from "pino";
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

type Redact = ReturnType<typeof redactor>;

/** Opens the log: JSON lines, with secrets and personal fields withheld, bigints readable and errors without their data. */
export function openLog(options: LogOptions): Logger {
  const redact = redactor(options.redact ?? []);
  const log = pino(
    {
      level: options.level,
      base: { service: options.name },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: redact },
      // The redactor has described errors already.
      serializers: { err: (described) => described },
    },
    options.destination ?? destination({ dest: 1, sync: false }),
  );
  return wrap(log, redact);
}

// A child's own fields pass by pino's formatters, so they are cleaned here.
function wrap(log: Pino, redact: Redact): Logger {
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    child: (fields) => wrap(log.child(redact({ ...fields })), redact),
  };
}
