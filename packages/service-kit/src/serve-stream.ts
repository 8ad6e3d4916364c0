import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  ServerDuplexStream,
  ServerReadableStream,
  ServerWritableStream,
} from "@grpc/grpc-js";
import type { CallContext } from "./call.ts";
import { encodeResponse } from "./encode-response.ts";
import { type LiveCall, liveCall } from "./live-call.ts";
import type { ServedMethod, ServerParts } from "./served-method.ts";
import { untilAborted } from "./until-aborted.ts";

type Writing = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;
type Reading = ServerReadableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

/** Serves a method that answers one request with a stream. */
export function serveServerStream(parts: ServerParts, method: ServedMethod): handleServerStreamingCall<Buffer, Buffer> {
  return (stream) => {
    const live = followed(parts, method, stream);
    void run(live, async () => {
      const context = live.open();
      await sendAll(method, live, stream, context, method.handler(live.accept(stream.request), context));
    });
  };
}

/** Serves a method in which both sides stream. */
export function serveBidi(parts: ServerParts, method: ServedMethod): handleBidiStreamingCall<Buffer, Buffer> {
  return (stream) => {
    const live = followed(parts, method, stream);
    void run(live, async () => {
      const context = live.open();
      const requests = readAll(live, stream, context);
      await sendAll(method, live, stream, context, method.handler(requests, context));
    });
  };
}

/** Serves a method that answers a stream of requests once. */
export function serveClientStream(parts: ServerParts, method: ServedMethod): handleClientStreamingCall<Buffer, Buffer> {
  return (stream, callback) => {
    const live = liveCall(parts, method, stream, callback);
    stream.once("cancelled", live.cancel);
    void run(live, async () => {
      const context = live.open();
      const response = await method.handler(readAll(live, stream, context), context);
      const bytes = encodeResponse(method, response);
      if (!live.succeed()) return;
      stream.sendMetadata(live.headers());
      callback(null, bytes);
    });
  };
}

function followed(parts: ServerParts, method: ServedMethod, stream: Writing): LiveCall {
  // grpc-js takes a stream's status from its "error" event.
  const live = liveCall(parts, method, stream, (outcome) => stream.emit("error", outcome));
  stream.once("cancelled", live.cancel);
  return live;
}

async function run(live: LiveCall, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    live.fail(error);
  } finally {
    live.leave();
  }
}

async function sendAll(
  method: ServedMethod,
  live: LiveCall,
  stream: Writing,
  { signal }: CallContext,
  responses: unknown,
): Promise<void> {
  let begun = false;
  for await (const response of untilAborted(asIterable(method, responses), signal)) {
    const bytes = encodeResponse(method, response);
    if (!live.waiting()) return;
    // Headers leave with the first message, so that the handler may set some before it.
    if (!begun) stream.sendMetadata(live.headers());
    begun = true;
    if (!stream.write(bytes)) await drained(stream, signal);
  }
  if (!live.succeed()) return;
  if (!begun) stream.sendMetadata(live.headers());
  stream.end();
}

async function* readAll(live: LiveCall, stream: Reading, { signal }: CallContext): AsyncGenerator<unknown> {
  // Leaving the loop must not destroy the stream, over which the answer has still to go.
  const messages: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
  for await (const bytes of untilAborted(messages, signal)) {
    yield live.accept(bytes);
  }
}

function asIterable(method: ServedMethod, value: unknown): AsyncIterable<unknown> {
  if (typeof value === "object" && value !== null && Symbol.asyncIterator in value) {
    // Handlers<S> has proven it; the check above is for JavaScript callers.
    return value as AsyncIterable<unknown>;
  }
  throw new Error(`the handler of ${method.facts.fullName} answered with something else than a stream`);
}

/** Settles when the stream takes more, or the call has ended and it never will. */
function drained(stream: Writing, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done);
      stream.off("close", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
