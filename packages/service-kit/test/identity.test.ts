import { expect } from "chai";
import { principalOf } from "../src/principal.ts";
import { writeForwarded } from "../src/principals-file.ts";
import { ana, answer, echoAs, expectRefusal } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";
import { rawCall } from "./raw-call.ts";

const hello = SayRequest.create({ text: "hello" });
const helloBytes = Buffer.from(SayRequest.encode(hello).finish());
const at = (property: string) => SayRequest.create({ text: "hello", to: { property } });

describe("who may call", () => {
  it("refuses a call without a key, with an unknown key and with something else than a key", async () => {
    await using client = await echoAs();
    for (const authorization of ["", "Bearer nobody", "Basic YTpi", `Bearer ${"x".repeat(5000)}`]) {
      const error = await rawCall(client.address, "Say", helloBytes, { authorization, "staymesh-principal": "" });
      // The client takes an unknown key of its own for a fault, since it is not its caller's doing.
      expect(error, authorization).to.include({ name: "RemoteFault", code: "UNAUTHENTICATED" });
    }
  });

  it("asks no key where the contract says public", async () => {
    await using client = await echoAs();
    const nothing = { authorization: "", "staymesh-principal": "" };
    expect(await rawCall(client.address, "Peek", helloBytes, nothing)).to.equal(undefined);
  });

  it("refuses a malformed principal", async () => {
    await using client = await echoAs();
    for (const forged of ["e30", "%%%", "bm90IGpzb24", "W10"]) {
      const error = await rawCall(client.address, "Say", helloBytes, { "staymesh-principal": forged });
      expect(error, forged).to.include({ code: "UNAUTHENTICATED" });
    }
  });

  it("refuses a service that acts for nobody", async () => {
    await using client = await echoAs();
    const error = await rawCall(client.address, "Say", helloBytes, { "staymesh-principal": "" });
    expect(error).to.have.property("reason", "SCOPE_MISSING");
  });

  it("refuses a caller without the scope, and names it", async () => {
    await using client = await echoAs({ ...ana, scopes: ["echo.count"] });
    const refusal = await expectRefusal(client.say(hello), "SCOPE_MISSING");
    expect(refusal.facts).to.deep.equal({ scope: "echo.say" });
  });

  it("lets the scope * stand for all", async () => {
    await using client = await echoAs({ ...ana, scopes: ["*"] });
    expect((await client.say(hello)).text).to.equal("hello");
  });

  it("refuses a property without grant, given as itself or as anything below it", async () => {
    await using client = await echoAs();
    for (const property of ["porto", "properties/porto", "properties/porto/roomTypes/a"]) {
      const refusal = await expectRefusal(client.say(at(property)), "PROPERTY_NOT_GRANTED");
      expect(refusal.facts).to.deep.equal({ property: "porto" });
    }
    for (const property of ["lisbon", "properties/lisbon", "properties/lisbon/roomTypes/a", "properties/-", ""]) {
      expect((await client.say(at(property))).text).to.equal("hello");
    }
  });

  it("checks the property of every message of a stream", async () => {
    await using client = await echoAs();
    const words = async function* () {
      yield at("lisbon");
      yield at("porto");
    };
    const reading = (async () => {
      for await (const _ of client.chat(words()));
    })();
    await expectRefusal(reading, "PROPERTY_NOT_GRANTED");
  });

  it("believes a stated time from whoever may state one", async () => {
    const seen: (Date | undefined)[] = [];
    await using client = await echoAs(
      { ...ana, scopes: ["echo.say", "sandbox.clock"] },
      {
        say: async (_request, call) => {
          seen.push(call.now, call.statedNow);
          return answer("");
        },
      },
    );
    const statedNow = new Date("2027-03-05T15:00:00Z");
    await client.say(hello, { statedNow });
    expect(seen).to.deep.equal([statedNow, statedNow]);
  });

  it("refuses a stated time without the scope, and one that is no instant", async () => {
    await using client = await echoAs();
    await expectRefusal(client.say(hello, { statedNow: new Date() }), "CLOCK_NOT_ALLOWED");
    await using stating = await echoAs({ ...ana, scopes: ["*"] });
    const principal = writeForwarded(principalOf({ ...ana, scopes: ["*"] }));
    for (const stated of [
      "yesterday",
      "2027-02-30T10:00:00Z",
      "2027-03-01",
      "2027-03-01T25:00:00Z",
      "2027-13-01T00:00:00Z",
      "0000-06-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
    ]) {
      const headers = { "staymesh-principal": principal, "staymesh-now": stated };
      expect(await rawCall(stating.address, "Say", helloBytes, headers), stated).to.have.property(
        "reason",
        "INVALID_REQUEST",
      );
    }
  });
});
