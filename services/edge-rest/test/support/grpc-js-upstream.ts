import {
  type ChannelCredentials,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { createRetryBudget, type RetryBudget, waitBeforeRetry } from "../../src/adapters/retry.ts";
import { readStatusDetails } from "../../src/adapters/status-details.ts";
import {
  type CallHeaders,
  type CallOptions,
  type StreamCall,
  type UnaryAnswer,
  type UnaryCall,
  type Upstream,
  UpstreamError,
} from "../../src/app/ports.ts";

const MESSAGE_MAX = 16 * 1024 * 1024;

const channelOptions = {
  // Retries are the edge's own, since a service config cannot know which calls carry a request id.
  "grpc.enable_retries": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 5_000,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.max_receive_message_length": MESSAGE_MAX,
  // The default window of 64 KiB makes a download wait for every round trip.
  "grpc-node.flow_control_window": 1024 * 1024,
};

const same = (bytes: Buffer): Buffer => bytes;

/** The same port on grpc-js: what the suite holds the edge's own client against. */
export function connectReference(
  address: string,
  security: ChannelCredentials = credentials.createInsecure(),
): Upstream {
  const client = new Client(address, security, channelOptions);
  const budget = createRetryBudget();
  return {
    address,
    unary: (request, options, repeatable) => repeatedCall(client, budget, request, options, repeatable),
    stream: (request, options) => streamCall(client, request, options),
    reachable: (withinMs) =>
      new Promise((resolve) => client.waitForReady(Date.now() + withinMs, (error) => resolve(error === undefined))),
    close: () => client.close(),
  };
}

function repeatedCall(
  client: Client,
  budget: RetryBudget,
  request: Buffer,
  options: CallOptions,
  repeatable: boolean,
): UnaryCall {
  const metadata = metadataOf(options.headers);
  const { promise: answer, resolve, reject } = Promise.withResolvers<UnaryAnswer>();
  let cancelNow: () => void = () => {};
  const attempt = (number: number): void => {
    let headers: CallHeaders = {};
    const call = client.makeUnaryRequest(
      options.path,
      same,
      same,
      request,
      number === 0 ? metadata : metadata.clone(),
      { deadline: options.deadline },
      (error, message) => {
        if (error === null && message !== undefined) {
          budget.success();
          return resolve({ message, headers });
        }
        const failure = upstreamError(error, headers);
        const wait = repeatable ? waitBeforeRetry(failure, number, options.deadline - Date.now(), budget) : undefined;
        if (wait === undefined) return reject(failure);
        const timer = setTimeout(attempt, wait, number + 1);
        cancelNow = () => {
          clearTimeout(timer);
          reject(failure);
        };
      },
    );
    call.on("metadata", (received) => {
      headers = textHeaders(received);
    });
    cancelNow = () => call.cancel();
  };
  attempt(0);
  return { answer, cancel: () => cancelNow() };
}

function streamCall(client: Client, request: Buffer, options: CallOptions): StreamCall {
  const call = client.makeServerStreamRequest(options.path, same, same, request, metadataOf(options.headers), {
    deadline: options.deadline,
  });
  let headers: CallHeaders = {};
  call.on("metadata", (received) => {
    headers = textHeaders(received);
  });
  // The reader may be gone when the call ends; an error that nobody hears would end the process.
  call.on("error", () => {});
  return { messages: readEach(call, () => headers), headers: () => headers, cancel: () => call.cancel() };
}

async function* readEach(call: ClientReadableStream<Buffer>, headers: () => CallHeaders): AsyncGenerator<Buffer> {
  try {
    for await (const message of call) {
      if (Buffer.isBuffer(message)) yield message;
    }
  } catch (error) {
    throw upstreamError(error, headers());
  } finally {
    call.cancel();
  }
}

function metadataOf(headers: CallHeaders): Metadata {
  const metadata = new Metadata();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) metadata.set(name, value);
  }
  return metadata;
}

function textHeaders(metadata: Metadata | undefined): CallHeaders {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata?.getMap() ?? {})) {
    if (typeof value === "string") headers[name] = value;
  }
  return headers;
}

function upstreamError(error: unknown, headers: CallHeaders): UpstreamError {
  if (!isServiceError(error)) return new UpstreamError(status.INTERNAL, "the call failed outside of gRPC", undefined);
  const [bytes] = error.metadata?.get("grpc-status-details-bin") ?? [];
  const details = Buffer.isBuffer(bytes) ? readStatusDetails(bytes) : undefined;
  return new UpstreamError(error.code, error.details, details, { ...headers, ...textHeaders(error.metadata) });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "details" in error;
}
