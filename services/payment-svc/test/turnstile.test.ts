import { expect } from "chai";
import { turnstile } from "../src/adapters/turnstile.ts";

describe("the turnstile before long reads", () => {
  const held = () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    return { work: () => promise, end: resolve };
  };

  it("lets so many in at once, the others after them in order, and refuses what finds the queue full", async () => {
    const gate = turnstile(1, 1, "full");
    const first = held();
    const order: string[] = [];
    const one = gate.pass(async () => order.push(await first.work()));
    const two = gate.pass(async () => order.push("second"));
    const refused = await gate.pass(async () => "third").catch((error: { reason: string }) => error.reason);
    expect(refused).to.equal("OVERLOADED");
    expect(order).to.deep.equal([]);
    first.end("first");
    await Promise.all([one, two]);
    expect(order).to.deep.equal(["first", "second"]);
    expect(await gate.pass(async () => "later")).to.equal("later");
  });

  it("frees the place of work that fails", async () => {
    const gate = turnstile(1, 1, "full");
    await gate.pass(async () => Promise.reject(new Error("no"))).catch(() => undefined);
    expect(await gate.pass(async () => "next")).to.equal("next");
  });
});
