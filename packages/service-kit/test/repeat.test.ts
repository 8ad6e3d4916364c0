import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { Refusal } from "../src/refusal.ts";
import { ana, answer, type EchoHandlers, echoAs, expectRefusal } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";
import { rawHeaders } from "./raw-call.ts";

const hello = SayRequest.create({ text: "hello" });

/** Handlers that refuse with UNAVAILABLE the given number of times and then answer. */
function unavailableAtFirst(times: number) {
  let asked = 0;
  const say: EchoHandlers["say"] = async () => {
    asked++;
    if (asked <= times) throw new Refusal("DEPENDENCY_UNAVAILABLE", "Not now.");
    return answer("at last");
  };
  return { handlers: { say, once: say }, asked: () => asked };
}

async function trailersOf(address: string, request: Uint8Array) {
  const client = new Client(address, credentials.createInsecure(), { "grpc.enable_retries": 0 });
  const same = (bytes: Buffer): Buffer => bytes;
  const { promise, resolve } = Promise.withResolvers<ServiceError | null>();
  client.makeUnaryRequest("/echo.v1.EchoService/Say", same, same, Buffer.from(request), rawHeaders(), resolve);
  const error = await promise;
  client.close();
  return error?.metadata.getMap();
}

describe("repeating a call", () => {
  it("asks an unavailable service again where the method may be repeated", async () => {
    const { handlers, asked } = unavailableAtFirst(2);
    await using client = await echoAs(ana, handlers);
    expect((await client.say(hello)).text).to.equal("at last");
    expect(asked()).to.equal(3);
  });

  it("gives up after a few attempts", async () => {
    const { handlers, asked } = unavailableAtFirst(100);
    await using client = await echoAs(ana, handlers);
    await expectRefusal(client.say(hello), "DEPENDENCY_UNAVAILABLE");
    expect(asked()).to.equal(5);
  });

  it("never repeats a method that the contract does not call idempotent", async () => {
    const { handlers, asked } = unavailableAtFirst(2);
    await using client = await echoAs(ana, handlers);
    await expectRefusal(client.once(hello), "DEPENDENCY_UNAVAILABLE");
    expect(asked()).to.equal(1);
  });

  it("tells channels that repeat by a service config when to come back, as it tells all others", async () => {
    const say: EchoHandlers["say"] = async () => {
      throw new Refusal("OVERLOADED", "Not now.", {}, { retryAfterMs: 1234.5 });
    };
    await using client = await echoAs(ana, { say });
    expect(await trailersOf(client.address, SayRequest.encode(hello).finish())).to.include({
      "grpc-retry-pushback-ms": "1235",
    });
  });

  it("sheds low priorities first when there is too much to do, and says when to come back", async () => {
    const hold = Promise.withResolvers<void>();
    const waiting = async () => {
      await hold.promise;
      return answer("done");
    };
    await using client = await echoAs(ana, { once: waiting }, { limits: { callsMax: 10 } });
    const held = Array.from({ length: 7 }, () => client.once(hello));
    // The answers to these show that the seven before them were taken up.
    expect((await client.say(hello)).text).to.equal("hello");
    const refusal = await expectRefusal(client.peek({ text: "low" }, { timeoutMs: 200 }), "OVERLOADED");
    expect(refusal.retryAfterMs).to.be.greaterThan(0);
    expect((await client.say(hello)).text).to.equal("hello");
    hold.resolve();
    await Promise.all(held);
    expect((await client.peek({ text: "low" })).text).to.equal("low");
  });
});
