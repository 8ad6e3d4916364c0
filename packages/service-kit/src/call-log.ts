import type { Logger } from "./logger.ts";

/** A log whose lines tell which call they belong to; next to free until it is written to. */
export function callLog(log: Logger, method: string, requestId: string, traceId: string): Logger {
  return bound(log, { method, requestId, traceId });
}

function bound(log: Logger, ids: object): Logger {
  return {
    debug: (fields, message) => log.debug({ ...ids, ...fields }, message),
    info: (fields, message) => log.info({ ...ids, ...fields }, message),
    warn: (fields, message) => log.warn({ ...ids, ...fields }, message),
    error: (fields, message) => log.error({ ...ids, ...fields }, message),
    child: (fields) => bound(log, { ...ids, ...fields }),
  };
}
