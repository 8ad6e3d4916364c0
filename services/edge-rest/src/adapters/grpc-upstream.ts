import { CANCELLED, OK, UNIMPLEMENTED } from "../app/codes.ts";
import {
  type CallHeaders,
  type CallOptions,
  type StreamCall,
  type UnaryAnswer,
  type UnaryCall,
  type Upstream,
  UpstreamError,
} from "../app/ports.ts";
import { type Resolve, readTarget, systemResolve } from "./http2/address.ts";
import { abandon, type Call, createCall } from "./http2/call.ts";
import { type Clock, systemClock, type Timer } from "./http2/clock.ts";
import { frameMessage } from "./http2/frame.ts";
import { createMessageQueue } from "./http2/message-queue.ts";
import { binaryMetadata, textMetadata } from "./http2/metadata.ts";
import { createPool, type Pool, type PoolLoad, type PoolOptions } from "./http2/pool.ts";
import { type CallStatus, statusOf } from "./http2/status.ts";
import { createRetryBudget, type RetryBudget, waitBeforeRetry } from "./retry.ts";
import { readStatusDetails } from "./status-details.ts";

const MESSAGE_MAX = 16 * 1024 * 1024;

const defaults: PoolOptions = {
  connectTimeoutMs: 20_000,
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 10_000,
  // HTTP's own window of 64 KiB makes a download wait for every round trip.
  streamWindowBytes: 1024 * 1024,
  connectionWindowBytes: 4 * 1024 * 1024,
  // HTTP/2 has 2^30 stream numbers for a client.
  streamsMax: 2 ** 30 - 1,
  backoff: { firstMs: 100, maxMs: 1000 },
  queueMax: 2000,
  resolveMinMs: 1000,
};

export interface UpstreamOptions extends Partial<PoolOptions> {
  readonly clock?: Clock;
  readonly resolve?: Resolve;
}

/** An upstream that can be looked into. */
export interface GrpcUpstream extends Upstream {
  readonly load: () => PoolLoad;
}

interface Tools {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly budget: RetryBudget;
}

/** Calls the service at host:port, on each address of the name in turn; messages pass as bytes. Connects with the first call. */
export function connectUpstream(address: string, options: UpstreamOptions = {}): GrpcUpstream {
  const { clock = systemClock, resolve = systemResolve, ...others } = options;
  const pool = createPool(readTarget(address), { ...defaults, ...others }, resolve, clock);
  const tools = { pool, clock, budget: createRetryBudget() };
  return {
    address,
    unary: (request, callOptions, repeatable) => unaryCall(tools, request, callOptions, repeatable),
    stream: (request, callOptions) => streamCall(tools, request, callOptions),
    reachable: pool.ready,
    close: pool.close,
    load: pool.load,
  };
}

const cancelled = () => statusOf(CANCELLED, "the caller left");

function unaryCall(tools: Tools, request: Buffer, options: CallOptions, repeatable: boolean): UnaryCall {
  const { pool, clock, budget } = tools;
  const { promise: answer, resolve, reject } = Promise.withResolvers<UnaryAnswer>();
  const frame = frameMessage(request);
  let call: Call;
  let pause: Timer | undefined;
  const attempt = (number: number): void => {
    let headers: CallHeaders = {};
    let message: Buffer | undefined;
    call = createCall(options, frame, MESSAGE_MAX, clock, {
      onHeaders: (received) => {
        headers = textMetadata(received);
      },
      onMessage: (received) => {
        if (message === undefined) message = received;
        else abandon(call, statusOf(UNIMPLEMENTED, "the answer has more than one message"));
      },
      onEnd: (status) => {
        if (status.code === OK && message !== undefined) {
          budget.success();
          return resolve({ message, headers });
        }
        const failure = errorOf(
          status.code === OK ? statusOf(UNIMPLEMENTED, "the answer has no message") : status,
          headers,
        );
        const wait = repeatable ? waitBeforeRetry(failure, number, options.deadline - clock.now(), budget) : undefined;
        if (wait === undefined) return reject(failure);
        pause = clock.after(wait, () => {
          pause = undefined;
          attempt(number + 1);
        });
      },
    });
    pool.place(call);
  };
  attempt(0);
  const cancel = () => {
    if (pause === undefined) return abandon(call, cancelled());
    pause.close();
    pause = undefined;
    reject(errorOf(cancelled(), {}));
  };
  return { answer, cancel };
}

function streamCall({ pool, clock }: Tools, request: Buffer, options: CallOptions): StreamCall {
  let headers: CallHeaders = {};
  const cancel = () => abandon(call, cancelled());
  const queue = createMessageQueue({
    pause: () => call.stream?.pause(),
    resume: () => call.stream?.resume(),
    leave: cancel,
  });
  const call = createCall(options, frameMessage(request), MESSAGE_MAX, clock, {
    onHeaders: (received) => {
      headers = textMetadata(received);
    },
    onMessage: queue.push,
    onEnd: (status) => queue.end(status.code === OK ? undefined : errorOf(status, headers)),
  });
  pool.place(call);
  return { messages: queue.messages, headers: () => headers, cancel };
}

function errorOf({ code, message, trailers }: CallStatus, headers: CallHeaders): UpstreamError {
  const bytes = binaryMetadata(trailers, "grpc-status-details-bin");
  const details = bytes === undefined ? undefined : readStatusDetails(bytes);
  return new UpstreamError(code, message, details, { ...headers, ...textMetadata(trailers) });
}
