import { warm } from "@staymesh/contract";
import { openAdmission } from "./admission.ts";
import { addressOf, credentials, listen, newServer, register, shutDown } from "./grpc-server.ts";
import { openHealth } from "./health.ts";
import { identifier } from "./identify.ts";
import { checkReasons } from "./kit-reasons.ts";
import { addReflection } from "./reflection.ts";
import { runProcess } from "./run-process.ts";
import type { RunningServer, ServeOptions } from "./serve-options.ts";
import { type ServerParts, servedMethod } from "./served-method.ts";
import { startTelemetry } from "./telemetry.ts";

const CALLS_MAX = 1000;
const STREAMS_MAX = 500;
const DRAIN_TIMEOUT_MS = 10_000;

/** Serves the given services until it is closed or told by a signal to stop; calls in flight finish first. */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { name, contract, log, principals } = options;
  checkReasons(contract);
  const host = options.host ?? "127.0.0.1";
  const limits = options.limits ?? {};
  const telemetry = options.telemetry ?? startTelemetry({ name });
  const admission = openAdmission(limits.callsMax ?? CALLS_MAX, limits.streamsMax ?? STREAMS_MAX);
  telemetry.meter
    .createObservableGauge("rpc.server.under_way", { description: "Calls being worked on" })
    .addCallback((result) => result.observe(admission.underWay()));

  const identify = identifier(principals);
  const parts: ServerParts = { contract, identify, admission, clock: options.clock, log, telemetry };
  const methods = options.services.flatMap((service) => service.methods.map((method) => servedMethod(parts, method)));
  const facts = methods.map((method) => method.facts);
  const serviceNames = [...new Set(facts.map(({ service }) => service))];
  warm(contract, facts);

  const server = newServer(limits);
  for (const method of methods) register(server, parts, method);
  const health = openHealth(serviceNames);
  server.addService(health.definition, health.implementation);
  addReflection(server, contract, serviceNames);

  const port = await listen(server, host, options.port, await credentials(options.tls));
  const address = addressOf(host, port);
  const stop = async () => {
    health.set(false);
    const background = stopBackground(options);
    const finished = await shutDown(server, address, admission.idle, options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
    await background;
    if (!finished) log.warn({ underWay: admission.underWay() }, "calls were cut off at the end of the drain");
    principals.close();
  };
  try {
    const running = await runProcess({ ...options, port, telemetry, stop });
    return { ...running, port, address };
  } catch (error) {
    server.forceShutdown();
    throw error;
  }
}

async function stopBackground({ onDrain, log }: ServeOptions): Promise<void> {
  try {
    await onDrain?.();
  } catch (err) {
    log.error({ err }, "the background work did not stop well");
  }
}
