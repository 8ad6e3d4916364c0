import { readFileSync } from "node:fs";
import { Client as Channel, ChannelCredentials } from "@grpc/grpc-js";
import { createRetryBudget, LOAD_BALANCING } from "@staymesh/contract";
import { callOnce } from "./call-once.ts";
import { callStream } from "./call-stream.ts";
import { type ClientMethod, type ClientParts, clientMethod } from "./client-method.ts";
import type { Calls, Client, ClientTls, ConnectOptions } from "./client-types.ts";
import type { ServiceDefinition, WireMethod } from "./handlers.ts";
import { noTelemetry } from "./telemetry.ts";

const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const CALLS_MAX = 2000;

/** Connects to a service of the mesh over one channel; nothing is sent before the first call. */
export function connect<S extends ServiceDefinition>(definition: S, options: ConnectOptions): Client<S> {
  const messageBytesMax = options.messageBytesMax ?? MESSAGE_BYTES_MAX;
  const channel = new Channel(options.address, credentials(options.tls), {
    // The kit repeats by the same policy as the generated service config; grpc-js doing it would cost a tenth of every call.
    "grpc.enable_retries": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: LOAD_BALANCING }),
    "grpc.enable_channelz": 0,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.keepalive_permit_without_calls": 1,
    // A service that comes back is found within moments.
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
    "grpc.client_idle_timeout_ms": 1_800_000,
    "grpc.max_receive_message_length": messageBytesMax,
    "grpc.max_send_message_length": messageBytesMax,
    "grpc-node.flow_control_window": 1024 * 1024,
    "grpc.primary_user_agent": options.name,
    "grpc.enable_http_proxy": 0,
  });
  const parts: ClientParts = {
    channel,
    contract: options.contract,
    authorization: `Bearer ${options.serviceKey}`,
    telemetry: options.telemetry ?? noTelemetry(),
    callsMax: options.callsMax ?? CALLS_MAX,
    load: { underWay: 0 },
    budget: createRetryBudget(),
  };
  const calls = Object.fromEntries(
    Object.entries(definition).map(([name, wire]) => [name, callOf(parts, clientMethod(parts, wire), wire)]),
  );
  const close = () => channel.close();
  // Each function was made from the definition's method of the same name, whose messages CallOf states.
  return { ...(calls as Calls<S>), close, [Symbol.dispose]: close };
}

function callOf(parts: ClientParts, method: ClientMethod, { requestStream, responseStream }: WireMethod): unknown {
  return requestStream || responseStream ? callStream(parts, method) : callOnce(parts, method);
}

function credentials(tls: ClientTls | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  const read = (file: string | undefined) => (file === undefined ? null : readFileSync(file));
  return ChannelCredentials.createSsl(readFileSync(tls.caFile), read(tls.keyFile), read(tls.certFile));
}
