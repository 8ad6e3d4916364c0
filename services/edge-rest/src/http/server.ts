import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "@staymesh/service-kit";
import type { Edge } from "../app/edge.ts";
import type { EdgeRequest } from "../app/ports.ts";
import type { Reasons } from "../app/problem.ts";
import type { ConnectMount } from "./connect.ts";
import { readBody } from "./read-body.ts";
import { writeResponse } from "./write-response.ts";

export interface HttpOptions {
  readonly edge: Edge;
  /** Answers the paths that it takes before REST is asked. */
  readonly connect?: ConnectMount;
  readonly reasons: Reasons;
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly log: Logger;
}

export interface HttpServer {
  readonly port: number;
  /** Takes no more requests, lets those under way finish, and cuts what is left when the time is over. */
  readonly drain: (withinMs: number) => Promise<void>;
}

const HEADERS_MAX = 16 * 1024;
const CONNECTIONS_MAX = 10_000;
const SWEEP_MS = 25;

export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { edge, host, port, log } = options;
  let draining = false;
  const server = createServer(
    { maxHeaderSize: HEADERS_MAX, requestTimeout: 30_000, keepAliveTimeout: 65_000 },
    (incoming, outgoing) => {
      if (draining) outgoing.setHeader("connection", "close");
      answer(options, incoming, outgoing).catch((err: unknown) => {
        log.error({ err }, "an answer could not be written");
        outgoing.destroy();
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => refuseRaw(error, socket));
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: portOf(server),
    drain: async (withinMs) => {
      draining = true;
      edge.endStreams();
      await closeWithin(server, withinMs);
    },
  };
}

async function answer(options: HttpOptions, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const leave = onceLeft(outgoing);
  const request = edgeRequest(options, incoming, leave);
  if (options.connect?.takes(request.rawPath) === true) return options.connect.answer(request, incoming, outgoing);
  const response = await options.edge.handle(request);
  if (outgoing.destroyed) {
    if (response.content.kind === "stream") response.content.cancel();
    return;
  }
  // What is left of a body that nobody wanted would be taken for the next request.
  if (!incoming.complete) outgoing.setHeader("connection", "close");
  await writeResponse(incoming, outgoing, response);
}

function edgeRequest(
  options: HttpOptions,
  incoming: IncomingMessage,
  leave: (callback: () => void) => void,
): EdgeRequest {
  // A proxy may send the whole address.
  const target = (incoming.url ?? "/").replace(/^https?:\/\/[^/?]*/i, "");
  const question = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    rawPath: question < 0 ? target : target.slice(0, question),
    rawQuery: question < 0 ? "" : target.slice(question + 1),
    headers: incoming.headers as Readonly<Record<string, string | undefined>>,
    body: () => readBody(incoming, options.maxBodyBytes, options.reasons),
    onLeave: leave,
  };
}

/** Calls back when the connection closes before the answer is out. */
function onceLeft(outgoing: ServerResponse): (callback: () => void) => void {
  return (callback) => {
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) callback();
    });
  };
}

/** Node could not read a request at all; the answer is written by hand. */
function refuseRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const status = error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const title = STATUS_CODES[status] ?? "Bad Request";
  const body = JSON.stringify({
    type: "about:blank",
    title,
    status,
    detail: "This is no HTTP request that can be read.",
    code: "INVALID_ARGUMENT",
  });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

async function closeWithin(server: Server, withinMs: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), withinMs);
  // A connection whose last answer began before the drain is kept alive by its client, and idle only now.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  try {
    await closed;
  } finally {
    clearTimeout(timer);
    clearInterval(sweep);
  }
}
