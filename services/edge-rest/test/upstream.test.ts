import { expect } from "chai";
import { type Upstream, UpstreamError } from "../src/app/ports.ts";
import { type Expected, type UpstreamCase, upstreamCases } from "./support/upstream-cases.ts";
import { ASK, clients, frameServer, using, within } from "./support/upstream-clients.ts";

for (const { name, isReference, connect } of clients) {
  describe(`what an upstream makes of a server's answer: ${name}`, () => {
    for (const each of upstreamCases) {
      const expected = (isReference ? each.reference : undefined) ?? each.expected;
      it(`makes ${outcome(expected)} of ${each.name}`, async () => {
        await using server = await frameServer(each.serve);
        using upstream = using(connect(server.address));
        expect(await heard(upstream, each)).to.deep.include(expected);
      });
    }
  });
}

function outcome({ code, messages }: Expected): string {
  return code === 0 ? `${messages?.length ?? 0} messages` : `code ${code}`;
}

async function heard(upstream: Upstream, { kind, deadlineMs }: UpstreamCase): Promise<Expected> {
  const messages: string[] = [];
  try {
    if (kind === "unary") {
      messages.push((await upstream.unary(ASK, within(deadlineMs), false).answer).message.toString());
    } else {
      const stream = upstream.stream(ASK, within(deadlineMs));
      for await (const message of stream.messages) messages.push(message.toString());
    }
    return { code: 0, messages };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const reason = error.details?.reason;
    return { code: error.code, text: error.message, messages, ...(reason === undefined ? {} : { reason }) };
  }
}
