import type { Logger } from "./logger.ts";

const LEAVE_AFTER_MS = 5000;

/** Follows the process's signals: the first one stops it in good order, a second one ends it at once. */
export function followProcess(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;

  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, "stopping");
    stop().then(
      () => leaveSoon(log),
      (err: unknown) => {
        log.error({ err }, "the process did not stop well");
        process.exit(1);
      },
    );
  };

  // Node would print the error whole, and with it whatever data its message quotes.
  const onFault = (err: unknown) => {
    log.error({ err }, "an error that nobody caught ends the process");
    process.exit(1);
  };

  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  process.on("uncaughtException", onFault);
  process.on("unhandledRejection", onFault);
}

/** Tells a parent that started this process with a channel what has come to be. */
export function tellParent(message: object): void {
  process.send?.(message);
}

/** The process ends by itself once everything is closed; what is left open may not keep it for ever. */
function leaveSoon(log: Logger): void {
  // A parent's channel is no reason to stay.
  process.channel?.unref();
  setTimeout(() => {
    log.warn({}, "something was left open; leaving all the same");
    process.exit(0);
  }, LEAVE_AFTER_MS).unref();
}
