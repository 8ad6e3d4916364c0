import { openAdmin } from "./admin.ts";
import type { Logger } from "./logger.ts";
import { followProcess, tellParent } from "./process.ts";
import { noTelemetry, type Telemetry } from "./telemetry.ts";

export interface ProcessOptions {
  readonly name: string;
  readonly host?: string;
  /** The port that the process serves on, where it has one: it is told to whoever started it. */
  readonly port?: number;
  readonly adminPort: number;
  readonly log: Logger;
  /** Shut down at the very end, so that the last spans are sent. */
  readonly telemetry?: Telemetry;
  /** Whether the parts that the process needs answer; asked by /readyz and bounded in time. */
  readonly ready?: () => Promise<boolean>;
  /** Stops the work in good order; it has to bound its own time. */
  readonly stop: () => Promise<void>;
  /** False in tests, where the process outlives what it runs. */
  readonly handleSignals?: boolean;
}

export interface RunningProcess extends AsyncDisposable {
  readonly adminPort: number;
  /** Settles once a signal or close() has stopped everything. */
  readonly closed: Promise<void>;
  readonly close: () => Promise<void>;
}

/** Gives work its admin port, its signals and its announcement: what a server, a worker and the edge have in common. */
export async function runProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { name, log } = options;
  const telemetry = options.telemetry ?? noTelemetry();
  let stopping = false;
  const admin = await openAdmin({
    host: options.host ?? "127.0.0.1",
    port: options.adminPort,
    ready: async () => !stopping && (await (options.ready?.() ?? true)),
    metricsText: telemetry.metricsText,
    log,
  });

  const stopAll = async () => {
    stopping = true;
    await options.stop();
    await admin.close();
    await telemetry.shutdown();
    log.info({}, "stopped");
  };

  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  closed.catch(() => {});
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    if (closing === undefined) {
      closing = stopAll();
      closing.then(resolve, reject);
    }
    return closing;
  };

  if (options.handleSignals !== false) followProcess(log, close);
  log.info({ ...(options.port === undefined ? {} : { port: options.port }), adminPort: admin.port }, "listening");
  tellParent({ type: "listening", name, port: options.port, adminPort: admin.port });
  return { adminPort: admin.port, closed, close, [Symbol.asyncDispose]: close };
}
