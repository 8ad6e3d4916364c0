import { connectUpstream } from "../../src/adapters/grpc-upstream.ts";
import { type CallOptions, type Upstream, UpstreamError } from "../../src/app/ports.ts";
import { type FrameServer, type FrameServerOptions, type OnRequest, openFrameServer } from "./frame-server.ts";
import { connectReference } from "./grpc-js-upstream.ts";

/** The client of the edge, and the one that it is held against. */
export const clients: readonly {
  readonly name: string;
  readonly isReference: boolean;
  readonly connect: (address: string) => Upstream;
}[] = [
  { name: "the edge's own client", isReference: false, connect: (address) => connectUpstream(address) },
  { name: "grpc-js behind the same port", isReference: true, connect: (address) => connectReference(address) },
];

export const ASK = Buffer.from("ask");

export const within = (ms = 10_000): CallOptions => ({
  path: "/lab.v1.Lab/Call",
  headers: {},
  deadline: Date.now() + ms,
});

/** The code with which a call ends; 0 where it ends well. */
export async function codeOf(answer: Promise<unknown>): Promise<number> {
  try {
    await answer;
    return 0;
  } catch (error) {
    if (error instanceof UpstreamError) return error.code;
    throw error;
  }
}

export async function readAll(messages: AsyncIterable<Buffer>): Promise<readonly Buffer[]> {
  const all: Buffer[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

/** A frame server that ends with its block. */
export async function frameServer(
  onRequest: OnRequest,
  options?: FrameServerOptions,
): Promise<FrameServer & AsyncDisposable> {
  const server = await openFrameServer(onRequest, options);
  return { ...server, [Symbol.asyncDispose]: server.close };
}

/** A client that ends with its block. */
export function using<U extends Upstream>(upstream: U): U & Disposable {
  return { ...upstream, [Symbol.dispose]: upstream.close };
}
