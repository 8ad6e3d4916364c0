import { once } from "node:events";
import { expect } from "chai";
import { type CallContext, withScopes } from "../src/call.ts";
import type { Client } from "../src/client-types.ts";
import { connect } from "../src/connect.ts";
import { TEST_KEY } from "../testing/call-as.ts";
import { ana, answer, caught, type EchoHandlers, echoAs, echoContract, expectRefusal } from "./fixture.ts";
import { EchoServiceService, SayRequest } from "./fixtures/gen/echo/v1/echo.ts";

type EchoConnection = Client<typeof EchoServiceService>;

const hello = SayRequest.create({ text: "hello" });

async function connectTo(address: string): Promise<EchoConnection> {
  return connect(EchoServiceService, { address, contract: await echoContract(), serviceKey: TEST_KEY, name: "outer" });
}

/** An outer service that asks an inner one, and a client of the outer one. */
async function twoHops(inner: Partial<EchoHandlers>, outer: (inner: EchoConnection) => Partial<EchoHandlers>) {
  const innerClient = await echoAs(ana, inner);
  const between = await connectTo(innerClient.address);
  const client = await echoAs(ana, outer(between));
  const dispose = async () => {
    await client[Symbol.asyncDispose]();
    between.close();
    await innerClient[Symbol.asyncDispose]();
  };
  return { client, [Symbol.asyncDispose]: dispose };
}

const keepCall = (calls: CallContext[]) => async (_request: SayRequest, call: CallContext) => {
  calls.push(call);
  return answer("inner");
};

/** Settles when the call is aborted, with what it was aborted for. */
const abortion = async ({ signal }: CallContext): Promise<unknown> => {
  if (!signal.aborted) await once(signal, "abort");
  return signal.reason;
};

describe("a call that goes on to another service", () => {
  it("carries principal, request id, stated time and trace along, within a deadline that shrinks", async () => {
    const calls: CallContext[] = [];
    await using hops = await twoHops({ say: keepCall(calls) }, (inner) => ({
      say: async (request, call) => {
        calls.push(call);
        return inner.say(request, call);
      },
    }));
    const statedNow = new Date("2027-03-05T15:00:00Z");
    await hops.client.say(hello, {
      requestId: "r-7",
      statedNow,
      timeoutMs: 900,
      principal: { ...ana, scopes: ["echo.say", "sandbox.clock"] },
    });
    const [outer, inner] = calls;
    if (outer === undefined || inner === undefined) throw new Error("a hop was not reached");
    expect(inner.principal).to.deep.include({ partner: "ana", keyId: "demo", properties: new Set(["lisbon"]) });
    expect(inner.requestId).to.equal("r-7");
    expect(inner.statedNow).to.deep.equal(statedNow);
    expect(inner.trace.traceId).to.equal(outer.trace.traceId);
    expect(inner.trace.spanId).not.to.equal(outer.trace.spanId);
    expect(inner.deadlineMs).to.be.lessThan(outer.deadlineMs);
    expect(outer.deadlineMs - Date.now()).to.be.lessThan(900);
  });

  it("keeps each method's own timeout where the caller has more", async () => {
    const calls: CallContext[] = [];
    await using hops = await twoHops(
      {
        peek: async (_request, call) => {
          calls.push(call);
          return answer("");
        },
      },
      (inner) => ({ say: (_request, call) => inner.peek({ text: "" }, call) }),
    );
    await hops.client.say(hello);
    expect((calls[0]?.deadlineMs ?? 0) - Date.now()).to.be.at.most(300);
  });

  it("brings the inner service's refusal up as it is", async () => {
    await using hops = await twoHops({}, (inner) => ({
      say: (_request, call) => inner.say(SayRequest.create({ text: "" }), call),
    }));
    const refusal = await expectRefusal(hops.client.say(hello), "INVALID_REQUEST");
    expect(refusal.violations?.[0]?.field).to.equal("text");
  });

  it("says that a needed service cannot be reached", async () => {
    const gone = await connectTo("127.0.0.1:1");
    await using client = await echoAs(ana, { once: (request, call) => gone.once(request, call) });
    await expectRefusal(client.once(hello), "DEPENDENCY_UNAVAILABLE");
    gone.close();
  });

  it("ends with DEADLINE_EXCEEDED when its time is over, and aborts the work at both hops", async () => {
    const reasons: Promise<unknown>[] = [];
    await using hops = await twoHops(
      {
        say: async (_request, call) => {
          reasons.push(abortion(call));
          await reasons[0];
          return answer("too late");
        },
      },
      (inner) => ({
        peek: async (_request, call) => {
          const asking = caught(inner.say(hello, withScopes(call, "echo.say")));
          const reason = abortion(call);
          reasons.push(reason, asking);
          await reason;
          return answer("too late");
        },
      }),
    );
    await expectRefusal(hops.client.peek({ text: "" }), "DEADLINE_EXCEEDED");
    const [outerEnd, asked, innerEnd] = await Promise.all(reasons);
    expect(asked).to.be.instanceOf(Error);
    // A service learns of it by its own clock or from the caller who left, whichever is first.
    expect(outerEnd).to.be.instanceOf(Error);
    expect(innerEnd).to.be.instanceOf(Error);
  });

  it("cancels the inner call when the caller goes away", async () => {
    const started = Promise.withResolvers<void>();
    const innerEnd = Promise.withResolvers<unknown>();
    await using hops = await twoHops(
      {
        say: async (_request, call) => {
          started.resolve();
          const reason = await abortion(call);
          innerEnd.resolve(reason);
          throw reason;
        },
      },
      (inner) => ({ say: (request, call) => inner.say(request, call) }),
    );
    const leaving = new AbortController();
    const asking = caught(hops.client.say(hello, { signal: leaving.signal }));
    await started.promise;
    leaving.abort(new Error("had enough"));
    expect(await asking).to.have.property("message", "had enough");
    expect(await innerEnd.promise).to.have.property("name", "AbortError");
  });

  it("ends an inner stream when the caller leaves the loop", async () => {
    const innerEnd = Promise.withResolvers<unknown>();
    await using hops = await twoHops(
      {
        async *count(_request, call) {
          abortion(call).then(innerEnd.resolve, innerEnd.reject);
          for (let n = 0; ; n++) yield answer(`${n}`);
        },
      },
      (inner) => ({
        async *count(request, call) {
          yield* inner.count(request, call);
        },
      }),
    );
    for await (const { text } of hops.client.count({ to: 0 })) if (text === "3") break;
    expect(await innerEnd.promise).to.have.property("name", "AbortError");
  });

  it("reads a stream no faster than it is consumed", async () => {
    let made = 0;
    await using client = await echoAs(ana, {
      async *count({ to }) {
        for (; made < to; made++) yield answer("x".repeat(50_000));
      },
    });
    const stream = client.count({ to: 2000 })[Symbol.asyncIterator]();
    await stream.next();
    const settled = async (): Promise<number> => {
      let before = -1;
      while (made !== before) {
        before = made;
        for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
      }
      return made;
    };
    expect(await settled()).to.be.lessThan(500);
    let rest = 1;
    while ((await stream.next()).done !== true) rest++;
    expect(rest).to.equal(2000);
  });

  it("refuses at once where no time is left", async () => {
    let reached = 0;
    await using client = await echoAs(ana, {
      say: async () => {
        reached++;
        return answer("");
      },
    });
    await expectRefusal(client.say(hello, { deadlineMs: Date.now() + 10 }), "DEADLINE_EXCEEDED");
    await expectRefusal(client.say(hello, { deadlineMs: 0 }), "DEADLINE_EXCEEDED");
    expect(reached).to.equal(0);
  });
});
