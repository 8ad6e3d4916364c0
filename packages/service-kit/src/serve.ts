import { warm } from "@staymesh/contract";
import { openAdmin } from "./admin.ts";
import { openAdmission } from "./admission.ts";
import { credentials, listen, newServer, register, shutDown } from "./grpc-server.ts";
import { openHealth } from "./health.ts";
import { identifier } from "./identify.ts";
import { checkReasons } from "./kit-reasons.ts";
import { followProcess, tellParent } from "./process.ts";
import { addReflection } from "./reflection.ts";
import type { RunningServer, ServeOptions } from "./serve-options.ts";
import { type ServerParts, servedMethod } from "./served-method.ts";
import { startTelemetry } from "./telemetry.ts";

const CALLS_MAX = 1000;
const STREAMS_MAX = 500;
const DRAIN_TIMEOUT_MS = 10_000;

/** Serves the given services until it is closed or told by a signal to stop; calls in flight finish first. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { name, contract, log } = options;
  checkReasons(contract);
  const host = options.host ?? "127.0.0.1";
  const limits = options.limits ?? {};
  const drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS;
  const telemetry = options.telemetry ?? startTelemetry({ name });
  const admission = openAdmission(limits.callsMax ?? CALLS_MAX, limits.streamsMax ?? STREAMS_MAX);
  const parts: ServerParts = {
    contract,
    identify: identifier(options.principals),
    admission,
    clock: options.clock,
    log,
    telemetry,
  };
  telemetry.meter
    .createObservableGauge("rpc.server.under_way", { description: "Calls being worked on" })
    .addCallback((result) => result.observe(admission.underWay()));

  const methods = options.services.flatMap((service) => service.methods.map((method) => servedMethod(parts, method)));
  const serviceNames = [...new Set(methods.map(({ facts }) => facts.service))];
  const server = newServer(limits);
  for (const method of methods) register(server, parts, method);
  const health = openHealth(serviceNames);
  server.addService(health.definition, health.implementation);
  addReflection(server, contract, serviceNames);
  warm(
    contract,
    methods.map(({ facts }) => facts),
  );

  let draining = false;
  const port = await listen(server, host, options.port, await credentials(options.tls));
  const admin = await openAdmin({
    host,
    port: options.adminPort,
    ready: async () => !draining && (await (options.ready?.() ?? true)),
    metricsText: telemetry.metricsText,
    log,
  }).catch((error: unknown) => {
    server.forceShutdown();
    throw error;
  });

  const drain = async () => {
    draining = true;
    health.set(false);
    const background = Promise.resolve(options.onDrain?.()).catch((err: unknown) =>
      log.error({ err }, "the background work did not stop well"),
    );
    const [finished] = await Promise.all([shutDown(server, drainTimeoutMs), background]);
    if (!finished) log.warn({ underWay: admission.underWay() }, "calls were cut off at the end of the drain");
    await admin.close();
    options.principals.close();
    await telemetry.shutdown();
    log.info({}, "stopped");
  };

  const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
  closed.catch(() => {});
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    if (closing === undefined) {
      closing = drain();
      closing.then(resolve, reject);
    }
    return closing;
  };

  const unfollow = options.handleSignals === false ? undefined : followProcess(log, close);
  closed.then(unfollow, unfollow);
  log.info({ port, adminPort: admin.port, host, services: serviceNames }, "listening");
  tellParent({ type: "listening", name, port, adminPort: admin.port });
  return { port, adminPort: admin.port, address: `${host}:${port}`, closed, close, [Symbol.asyncDispose]: close };
}
