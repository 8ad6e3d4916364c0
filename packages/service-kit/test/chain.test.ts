import { expect } from "chai";
import { Refusal } from "../src/refusal.ts";
import { fakeClock } from "../testing/index.ts";
import { ana, answer, type CallContext, caught, collect, echoAs, expectRefusal } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";
import { rawCall } from "./raw-call.ts";

const say = (fields: Partial<SayRequest> = {}): SayRequest => SayRequest.create({ text: "hello", ...fields });

describe("a call through the chain", () => {
  it("reaches the handler of each kind of method and comes back", async () => {
    await using client = await echoAs();
    const words = async function* () {
      yield say({ text: "one" });
      yield say({ text: "two" });
    };
    expect((await client.say(say())).text).to.equal("hello");
    expect((await collect(client.count({ to: 3 }))).map(({ text }) => text)).to.deep.equal(["1", "2", "3"]);
    expect((await collect(client.chat(words()))).map(({ text }) => text)).to.deep.equal(["one", "two"]);
    expect((await client.join(words())).text).to.equal("one two");
  });

  it("tells the handler who calls, when, and within which bounds", async () => {
    const seen: CallContext[] = [];
    const clock = fakeClock("2027-03-01T10:00:00Z");
    await using client = await echoAs(
      ana,
      {
        say: async (_request, call) => {
          seen.push(call);
          return answer("");
        },
      },
      { clock },
    );
    await client.say(say(), { requestId: "r-1" });
    const [call] = seen;
    expect(call?.principal).to.include({ partner: "ana", keyId: "demo", service: "test" });
    expect(call?.now).to.deep.equal(new Date("2027-03-01T10:00:00Z"));
    expect(call?.requestId).to.equal("r-1");
    expect(call?.method.name).to.equal("Say");
    expect((call?.deadlineMs ?? 0) - Date.now()).to.be.within(3000, 5000);
    expect(call?.signal.aborted).to.equal(false);
  });

  it("refuses a request that breaks rules, naming every field", async () => {
    await using client = await echoAs();
    const refusal = await expectRefusal(client.say(say({ text: "", times: 11 })), "INVALID_REQUEST");
    expect(refusal.violations?.map(({ field }) => field)).to.have.members(["text", "times"]);
  });

  it("refuses a message of a stream that breaks rules", async () => {
    await using client = await echoAs();
    const words = async function* () {
      yield say();
      yield say({ text: "" });
    };
    await expectRefusal(collect(client.chat(words())), "INVALID_REQUEST");
  });

  it("refuses bytes that are no message of the method", async () => {
    await using client = await echoAs();
    for (const bytes of [Buffer.from([0xff, 0xff, 0xff]), Buffer.from([10, 200, 1]), Buffer.alloc(1000, 7)]) {
      const error = await rawCall(client.address, "Say", bytes);
      expect(error).to.be.instanceOf(Refusal).with.property("reason", "INVALID_REQUEST");
    }
    expect(await rawCall(client.address, "Count", Buffer.from([0xff]))).to.have.property("reason", "INVALID_REQUEST");
    expect(await rawCall(client.address, "Chat", Buffer.from([0xff]))).to.have.property("reason", "INVALID_REQUEST");
    expect(await rawCall(client.address, "Join", Buffer.from([0xff]))).to.have.property("reason", "INVALID_REQUEST");
    expect((await client.say(say())).text).to.equal("hello");
  });

  it("refuses a write with a field that it does not know, and reads past it in a read", async () => {
    await using client = await echoAs();
    const unknown = Buffer.concat([Buffer.from(SayRequest.encode(say()).finish()), Buffer.from([0xf8, 0x06, 1])]);
    const refusal = await rawCall(client.address, "Say", unknown);
    expect(refusal).to.have.property("reason", "INVALID_REQUEST");
    expect((refusal as Refusal).violations?.[0]?.field).to.contain("111");
    expect(await rawCall(client.address, "Peek", unknown)).to.equal(undefined);
  });

  it("refuses a message above the limit and lives on", async () => {
    await using client = await echoAs(ana, {}, { limits: { messageBytesMax: 1024 } });
    const error = await rawCall(client.address, "Say", Buffer.alloc(5000));
    expect(error).to.have.property("code", "RESOURCE_EXHAUSTED");
    expect((await client.say(say())).text).to.equal("hello");
  });

  it("is answered DEADLINE_EXCEEDED when the method's time is over, whatever the handler still does", async () => {
    const end = Promise.withResolvers<unknown>();
    await using client = await echoAs(ana, {
      peek: async (_request, { signal }) => {
        signal.addEventListener("abort", () => end.resolve(signal.reason));
        return new Promise(() => {});
      },
    });
    const refusal = await rawCall(client.address, "Peek", Buffer.alloc(0));
    expect(refusal).to.include({ reason: "DEADLINE_EXCEEDED" });
    expect(String(refusal)).to.contain("before an answer was there");
    expect(await end.promise).to.include({ reason: "DEADLINE_EXCEEDED" });
  });

  it("brings a handler's refusal to the caller with its facts, violations and waiting time", async () => {
    const violations = [{ field: "text", reason: "loud", description: "is all capitals" }];
    await using client = await echoAs(ana, {
      say: async () => {
        throw new Refusal(
          "TOO_LOUD",
          "Nobody shouts ünder this roof.",
          { decibels: "120" },
          { violations, retryAfterMs: 1500 },
        );
      },
    });
    const refusal = await expectRefusal(client.say(say()), "TOO_LOUD");
    expect(refusal.message).to.equal("Nobody shouts ünder this roof.");
    expect(refusal.facts).to.deep.equal({ decibels: "120" });
    expect(refusal.violations).to.deep.equal(violations);
    expect(refusal.retryAfterMs).to.equal(1500);
  });

  it("brings the refusal of a stream to the caller after the messages before it", async () => {
    await using client = await echoAs(ana, {
      async *count() {
        yield answer("1");
        throw new Refusal("TOO_LOUD", "Enough.");
      },
    });
    const got: string[] = [];
    const reading = (async () => {
      for await (const { text } of client.count({ to: 5 })) got.push(text);
    })();
    await expectRefusal(reading, "TOO_LOUD");
    expect(got).to.deep.equal(["1"]);
  });

  it("answers a fault bare", async () => {
    await using client = await echoAs(ana, {
      say: async () => {
        throw new Error("the secret is 42");
      },
    });
    const error = await caught(client.say(say()));
    expect(error).to.include({ name: "RemoteFault", code: "INTERNAL" });
    expect(String(error)).not.to.contain("42");
  });

  it("answers a reason that no contract knows as a fault", async () => {
    await using client = await echoAs(ana, {
      say: async () => {
        throw new Refusal("NO_SUCH_REASON", "no");
      },
    });
    expect(await caught(client.say(say()))).to.include({ name: "RemoteFault", code: "INTERNAL" });
  });

  it("tells equal requests by their fingerprint, whatever their request ids", async () => {
    const prints: string[] = [];
    await using client = await echoAs(ana, {
      say: async (_request, call) => {
        prints.push(Buffer.from(call.fingerprint).toString("hex"));
        return answer("");
      },
    });
    await client.say(say({ requestId: "one" }));
    await client.say(say({ requestId: "two" }));
    await client.say(say({ text: "other", requestId: "two" }));
    expect(prints[0]).to.equal(prints[1]).and.not.equal(prints[2]);
  });
});
