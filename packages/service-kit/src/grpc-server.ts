import { readFile } from "node:fs/promises";
import { type MethodDefinition, Server, ServerCredentials, type UntypedHandleCall } from "@grpc/grpc-js";
import type { Limits, ServerTls } from "./serve-options.ts";
import { serveBidi, serveClientStream, serveServerStream } from "./serve-stream.ts";
import { serveUnary } from "./serve-unary.ts";
import type { ServedMethod, ServerParts } from "./served-method.ts";

const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** A server with the bounds that every server of the mesh has. */
export function newServer(limits: Limits): Server {
  return new Server({
    "grpc.max_receive_message_length": limits.messageBytesMax ?? MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": limits.messageBytesMax ?? MESSAGE_BYTES_MAX,
    "grpc.max_concurrent_streams": 1000,
    // Callers connect anew now and then, so that a new replica gets its share and a lost peer is forgotten.
    "grpc.max_connection_age_ms": 600_000,
    "grpc.max_connection_age_grace_ms": 300_000,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    "grpc.enable_channelz": 0,
  });
}

/** Registers one method with bytes in and bytes out: decoding is a step of our chain, so that bad bytes are told apart from faults. */
export function register(server: Server, parts: ServerParts, method: ServedMethod): void {
  const { requestStream, responseStream } = method.wire;
  const definition: MethodDefinition<Buffer, Buffer> = {
    path: method.facts.path,
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const name = method.facts.name;
  server.addService({ [name]: definition }, { [name]: handlerOf(parts, method) });
}

function handlerOf(parts: ServerParts, method: ServedMethod): UntypedHandleCall {
  const { requestStream, responseStream } = method.wire;
  if (requestStream) return responseStream ? serveBidi(parts, method) : serveClientStream(parts, method);
  return responseStream ? serveServerStream(parts, method) : serveUnary(parts, method);
}

const same = (bytes: Buffer): Buffer => bytes;

export async function credentials(tls: ServerTls | undefined): Promise<ServerCredentials> {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const [certificate, key, authority] = await Promise.all([
    readFile(tls.certFile),
    readFile(tls.keyFile),
    tls.caFile === undefined ? null : readFile(tls.caFile),
  ]);
  return ServerCredentials.createSsl(authority, [{ cert_chain: certificate, private_key: key }], authority !== null);
}

/** Listens and answers with the port that was taken. */
export function listen(server: Server, host: string, port: number, creds: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(addressOf(host, port), creds, (error, taken) => {
      if (error === null) resolve(taken);
      else reject(new Error(`cannot listen on ${addressOf(host, port)}`, { cause: error }));
    });
  });
}

export function addressOf(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Lets the calls in flight finish, and cuts off what has not after the given time; false where something was cut off. */
export function shutDown(
  server: Server,
  address: string,
  idle: () => Promise<void>,
  timeoutMs: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    // forceShutdown() reaches no session of a server without channelz (grpc-js 1.14.7); drain() does, and has to come first.
    server.drain(address, timeoutMs);
    const timer = setTimeout(() => resolve(false), timeoutMs);
    server.tryShutdown(() => {
      // A handler whose call was answered at its deadline may still be writing.
      void idle().then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  });
}
