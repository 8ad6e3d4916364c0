import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openBank } from "../src/bank.ts";
import { readOrder } from "../src/order.ts";

describe("a large book", () => {
  it("is written anew at start without what is superseded, and means the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "staymesh-book-"));
    const open = () =>
      openBank({
        folder,
        key: "a key",
        now: () => 1000,
        rules: { pendingMs: 10, authorizationMs: 1000 },
        onFailure: (error) => {
          throw error;
        },
        compactBytes: 1,
      });
    const amount = { currencyCode: "EUR", minorUnits: "5" };
    const first = await open();
    for (let i = 0; i < 20; i++) {
      const read = readOrder("authorize", { reference: `r${i}`, token: "tok_3ds", amount });
      if ("order" in read) await first.order(read.order);
      await first.cancel(`r${i}`);
    }
    const before = [...(await first.accounts())];
    await first.close();
    const second = await open();
    expect([...(await second.accounts())]).to.deep.equal(before);
    await second.close();
    const lines = (await readFile(join(folder, "book.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines).to.have.length(20);
    await rm(folder, { recursive: true });
  });
});
