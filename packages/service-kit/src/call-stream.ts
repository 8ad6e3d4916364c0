import type { ClientDuplexStream, ClientReadableStream, ClientWritableStream, ServiceError } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import type { BackgroundCall } from "./call.ts";
import { failureOf, isServiceError } from "./client-failure.ts";
import { type ClientMethod, type ClientParts, deadlineFor, metadataFor, takePlace } from "./client-method.ts";
import { sendEach } from "./send-each.ts";

type Requests = AsyncIterable<unknown>;

/** The function that makes a streaming call of whichever kind the method is. */
export function callStream(parts: ClientParts, method: ClientMethod): unknown {
  if (!method.wire.requestStream)
    return (request: unknown, from: BackgroundCall) => receive(parts, method, request, from);
  if (!method.wire.responseStream)
    return (requests: Requests, from: BackgroundCall) => send(parts, method, requests, from);
  return (requests: Requests, from: BackgroundCall) => exchange(parts, method, requests, from);
}

async function* receive(
  parts: ClientParts,
  method: ClientMethod,
  request: unknown,
  from: BackgroundCall,
): AsyncGenerator<unknown> {
  using begun = begin(parts, method, from);
  const { facts, wire } = method;
  const stream: ClientReadableStream<unknown> = parts.channel.makeServerStreamRequest(
    facts.path,
    method.encode,
    wire.responseDeserialize,
    request,
    begun.metadata,
    begun.options,
  );
  yield* begun.follow(stream);
}

async function* exchange(
  parts: ClientParts,
  method: ClientMethod,
  requests: Requests,
  from: BackgroundCall,
): AsyncGenerator<unknown> {
  using begun = begin(parts, method, from);
  const { facts, wire } = method;
  const stream: ClientDuplexStream<unknown, unknown> = parts.channel.makeBidiStreamRequest(
    facts.path,
    method.encode,
    wire.responseDeserialize,
    begun.metadata,
    begun.options,
  );
  const sending = sendEach(stream, requests);
  yield* begun.follow(stream, sending);
}

async function send(
  parts: ClientParts,
  method: ClientMethod,
  requests: Requests,
  from: BackgroundCall,
): Promise<unknown> {
  using begun = begin(parts, method, from);
  const { facts, wire } = method;
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const stream: ClientWritableStream<unknown> = parts.channel.makeClientStreamRequest(
    facts.path,
    method.encode,
    wire.responseDeserialize,
    begun.metadata,
    begun.options,
    (error: ServiceError | null, response?: unknown) => (error === null ? resolve(response) : reject(error)),
  );
  begun.cancelWith(stream);
  const sending = sendEach(stream, requests).catch(reject);
  try {
    const response = await promise;
    begun.end(status.OK);
    return response;
  } catch (error) {
    throw begun.failed(error);
  } finally {
    stream.cancel();
    await sending;
  }
}

/** Starts the bookkeeping of one streaming call, which ends with the scope that holds it. */
function begin(parts: ClientParts, method: ClientMethod, from: BackgroundCall) {
  const deadline = deadlineFor(method, from);
  from.signal?.throwIfAborted();
  takePlace(parts, method);
  const { facts } = method;
  const startedMs = performance.now();
  const span = parts.telemetry.startSpan("client", facts.service, facts.name, from.trace);
  let cancel = () => {};
  let ended = false;

  const end = (code: number): void => {
    if (ended) return;
    ended = true;
    method.record(code, performance.now() - startedMs);
    span.end(code, "");
  };
  const failed = (error: unknown): unknown => {
    if (!isServiceError(error)) return error;
    end(error.code);
    return failureOf(facts.fullName, error, from.signal);
  };
  const cancelWith = (stream: { cancel(): void }): void => {
    cancel = () => stream.cancel();
    from.signal?.addEventListener("abort", cancel);
  };

  return {
    metadata: metadataFor(parts, from, span),
    options: { deadline },
    end,
    failed,
    cancelWith,
    async *follow(
      stream: ClientReadableStream<unknown> | ClientDuplexStream<unknown, unknown>,
      sending?: Promise<void>,
    ): AsyncGenerator<unknown> {
      cancelWith(stream);
      // A request that cannot be made ends the call, and its error is the one to tell.
      let sendFailure: unknown;
      sending?.catch((error: unknown) => {
        sendFailure = error;
        stream.cancel();
      });
      try {
        yield* stream;
        end(status.OK);
      } catch (error) {
        throw sendFailure ?? failed(error);
      } finally {
        // Whoever leaves the loop early wants nothing more of it.
        stream.cancel();
      }
    },
    [Symbol.dispose]() {
      from.signal?.removeEventListener("abort", cancel);
      parts.load.underWay--;
      end(status.CANCELLED);
    },
  };
}
