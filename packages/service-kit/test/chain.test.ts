import { expect } from "chai";
import { Refusal } from "../src/refusal.ts";
import { answer, caught, collect, echoAs } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";

const say = (fields: Partial<SayRequest> = {}): SayRequest => SayRequest.create({ text: "hello", ...fields });

describe("a call through the chain", () => {
  it("reaches the handler and comes back", async () => {
    await using client = await echoAs();
    expect((await client.say(say())).text).to.equal("hello");
    expect((await collect(client.count({ to: 3 }))).map(({ text }) => text)).to.deep.equal(["1", "2", "3"]);
  });

  it("refuses a request that breaks rules, naming every field", async () => {
    await using client = await echoAs();
    const refusal = await caught(client.say(say({ text: "", times: 11 })));
    expect(refusal).to.be.instanceOf(Refusal).with.property("reason", "INVALID_REQUEST");
    expect((refusal as Refusal).violations?.map(({ field }) => field)).to.have.members(["text", "times"]);
  });
});
