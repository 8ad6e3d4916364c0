import { expect } from "chai";
import { connectUpstream } from "../src/adapters/grpc-upstream.ts";
import type { CallOptions, Upstream } from "../src/app/ports.ts";
import { UpstreamError } from "../src/app/ports.ts";
import { type FrameServer, openFrameServer } from "./support/frame-server.ts";
import { connectReference } from "./support/grpc-js-upstream.ts";
import { type Expected, type UpstreamCase, upstreamCases } from "./support/upstream-cases.ts";

const clients: readonly (readonly [string, (address: string) => Upstream, boolean])[] = [
  ["the edge's own client", connectUpstream, false],
  ["grpc-js behind the same port", connectReference, true],
];

const inTime = (ms = 10_000): CallOptions => ({ path: "/lab.v1.Lab/Call", headers: {}, deadline: Date.now() + ms });

for (const [client, connect, isReference] of clients) {
  describe(`an upstream: ${client}`, () => {
    for (const each of upstreamCases) {
      const expected = (isReference ? each.reference : undefined) ?? each.expected;
      it(`makes ${outcome(expected)} of ${each.name}`, async () => {
        expect(await heard(connect, each)).to.deep.include(expected);
      });
    }
  });
}

function outcome({ code, messages }: Expected): string {
  return code === 0 ? `${messages?.length ?? 0} messages` : `code ${code}`;
}

async function heard(
  connect: (address: string) => Upstream,
  { kind, serve, deadlineMs }: UpstreamCase,
): Promise<Expected> {
  await using server = await disposable(openFrameServer(serve));
  const upstream = connect(server.address);
  const messages: string[] = [];
  try {
    if (kind === "unary") {
      messages.push((await upstream.unary(Buffer.from("ask"), inTime(deadlineMs), false).answer).message.toString());
    } else {
      for await (const message of upstream.stream(Buffer.from("ask"), inTime(deadlineMs)).messages)
        messages.push(message.toString());
    }
    return { code: 0, messages };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const reason = error.details?.reason;
    return { code: error.code, text: error.message, messages, ...(reason === undefined ? {} : { reason }) };
  } finally {
    upstream.close();
  }
}

async function disposable(opened: Promise<FrameServer>): Promise<FrameServer & AsyncDisposable> {
  const server = await opened;
  return { ...server, [Symbol.asyncDispose]: server.close };
}
