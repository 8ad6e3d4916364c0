import type { IncomingMessage, ServerResponse } from "node:http";
import type { DescMethod, DescMethodServerStreaming, DescMethodUnary, Message, Registry } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ContextValues,
  createConnectRouter,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { Logger } from "@staymesh/service-kit";
import { writeDetails } from "../adapters/status-details.ts";
import type { Cors } from "../app/cors.ts";
import type { EdgeRequest } from "../app/ports.ts";
import { type FieldProblem, Problem, problemHeaders } from "../app/problem.ts";
import { type Rpc, type RpcCaller, RpcFailure } from "../app/rpc.ts";
import { type ReadMessage, readMessage } from "./read-message.ts";

/** Connect and gRPC-Web for the same methods that REST offers. */
export interface ConnectMount {
  readonly takes: (rawPath: string) => boolean;
  readonly answer: (request: EdgeRequest, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
}

export interface ConnectOptions {
  readonly rpcs: readonly Rpc[];
  readonly registry: Registry;
  readonly cors: Cors;
  readonly maxBodyBytes: number;
  readonly log: Logger;
}

interface Heard {
  readonly request: EdgeRequest;
  readonly problems: readonly FieldProblem[];
}

const ANSWER_MAX = 16 * 1024 * 1024;
const TIMEOUT_MAX = 24 * 60 * 60 * 1000;

export function createConnectMount({ rpcs, registry, cors, maxBodyBytes, log }: ConnectOptions): ConnectMount {
  // A handler is given headers and a signal only; what else is known of its request is looked up by them.
  const requests = new WeakMap<ContextValues, Heard>();
  const router = createConnectRouter({
    grpc: false,
    acceptCompression: [compressionGzip, compressionBrotli],
    readMaxBytes: maxBodyBytes,
    writeMaxBytes: ANSWER_MAX,
    maxTimeoutMs: TIMEOUT_MAX,
    jsonOptions: { registry, ignoreUnknownFields: false, alwaysEmitImplicit: true },
  });
  for (const rpc of rpcs) mount(rpc);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  function mount({ method, unary, stream }: Rpc): void {
    const { desc } = method;
    if (isUnary(desc)) {
      router.rpc(desc, async (message: Message, context: HandlerContext) => {
        try {
          const answer = await unary(message, callerOf(context));
          for (const [name, value] of Object.entries(answer.headers)) context.responseHeader.set(name, value);
          return answer.message;
        } catch (error) {
          throw connectError(error);
        }
      });
    } else if (isServerStream(desc)) {
      router.rpc(desc, async function* (message: Message, context: HandlerContext) {
        try {
          yield* stream(message, callerOf(context));
        } catch (error) {
          throw connectError(error);
        }
      });
    }
  }

  function callerOf({ values, signal, responseHeader, timeoutMs }: HandlerContext): RpcCaller {
    const heard = requests.get(values);
    if (heard === undefined) throw new Error("a handler was called for no request");
    const { request, problems } = heard;
    return {
      request,
      problems,
      signal,
      timeoutMs: timeoutMs(),
      setHeader: (name, value) => responseHeader.set(name, value),
    };
  }

  return {
    takes: (rawPath) => handlers.has(rawPath),
    answer: async (request, incoming, outgoing) => {
      const handler = handlers.get(request.rawPath);
      if (handler === undefined) throw new Error(`${request.rawPath} is no method`);
      if (request.method === "OPTIONS") {
        const preflight = cors.mark(request, cors.preflight(request, ["GET", "POST", "OPTIONS"]));
        outgoing.writeHead(preflight.status, preflight.headers).end();
        return;
      }
      // The library makes an address of it.
      if (!URL.canParse(`http://${request.headers["host"] ?? "localhost"}`)) return refuseHost(outgoing);
      const marks = cors.mark(request, { status: 200, headers: {}, content: { kind: "none" } }).headers;
      for (const [name, value] of Object.entries(marks)) outgoing.setHeader(name, value);
      const universal = universalRequestFromNodeRequest(incoming, outgoing, undefined, undefined);
      const values = universal.contextValues ?? createContextValues();
      const message = { request, desc: handler.method.input, registry, body: universal.body, maxBodyBytes };
      const { problems, asked } = told(universal, await readMessage(message));
      // What is left of a body that nobody wanted would be taken for the next request.
      if (!incoming.complete && asked.body !== universal.body) outgoing.setHeader("connection", "close");
      requests.set(values, { request, problems });
      try {
        await universalResponseToNodeResponse(await handler({ ...asked, contextValues: values }), outgoing);
      } catch (error) {
        // A client that leaves while it is written to is no fault.
        if (!outgoing.destroyed) log.error({ err: error, route: request.rawPath }, "an answer could not be written");
        outgoing.destroy();
      }
    },
  };
}

function refuseHost(outgoing: ServerResponse): void {
  const body = JSON.stringify({ code: "invalid_argument", message: "The Host header is no host." });
  outgoing.writeHead(400, { "content-type": "application/json", connection: "close" }).end(body);
}

/** The request as the library is to see it: one that cannot be read fails when it is. */
function told(universal: UniversalServerRequest, message: ReadMessage): Told {
  if (message.kind === "read") return { problems: message.problems, asked: { ...universal, body: message.body } };
  const { problem } = message;
  const body = failing(connectError(problem instanceof Problem ? new RpcFailure(problem.facts) : problem));
  if (universal.method !== "GET") return { problems: [], asked: { ...universal, body } };
  // A query is read whole before anything can fail.
  const header = new Headers(universal.header);
  header.set("content-type", "application/proto");
  return { problems: [], asked: { ...universal, method: "POST", header, body } };
}

interface Told {
  readonly problems: readonly FieldProblem[];
  readonly asked: UniversalServerRequest;
}

function failing(error: Error): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

// Comparing the kind does not narrow the library's union.
function isUnary(desc: DescMethod): desc is DescMethodUnary {
  return desc.methodKind === "unary";
}

function isServerStream(desc: DescMethod): desc is DescMethodServerStreaming {
  return desc.methodKind === "server_streaming";
}

function connectError(error: unknown): ConnectError {
  if (!(error instanceof RpcFailure)) return new ConnectError("The request could not be answered.", Code.Internal);
  const { facts, sent } = error;
  const failure = new ConnectError(facts.detail, facts.code, problemHeaders(facts));
  failure.details = (sent.length > 0 ? sent : writeDetails(facts)).map(({ typeUrl, value }) => ({
    type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
    value: new Uint8Array(value),
  }));
  return failure;
}
