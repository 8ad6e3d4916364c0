import { expect } from "chai";
import { type RenderPool, renderPool } from "../src/adapters/render-pool.ts";
import { RenderFailure } from "../src/app/ports.ts";
import { booking } from "./support/bookings.ts";
import { until } from "./support/orders.ts";

const rogue = new URL("./support/rogue-render-process.ts", import.meta.url);
const real = new URL("../src/documents/render-process.ts", import.meta.url);
const never = new AbortController().signal;

const order = (givenName: string) => ({
  document: "bookingConfirmationPdf" as const,
  language: "en" as const,
  booking: booking({ guest: { givenName, familyName: "Silva" } }),
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the rendering processes", () => {
  let pool: RenderPool;
  const bounds = { timeoutMs: 400, memoryBytesMax: 400 * 1024 * 1024, documentsMax: 1000 };
  afterEach(() => pool.close());

  const pidOf = async (from: RenderPool) =>
    Number((await from.render(order("Ana"), never)).bytes.toString().replace("pid ", ""));
  const failureOf = async (givenName: string, signal = never) => {
    try {
      await pool.render(order(givenName), signal);
    } catch (error) {
      return error;
    }
    return expect.fail("the document was made");
  };

  for (const [wish, failure] of [
    ["Hang", "TIMED_OUT"],
    ["Eat", "OUT_OF_MEMORY"],
    ["Crash", "FAULT"],
  ] as const) {
    it(`end a document with ${failure} where they ${wish.toLowerCase()}, and the next one is made`, async () => {
      pool = renderPool({ module: rogue, processes: 1, ...bounds, timeoutMs: wish === "Eat" ? 5000 : 400 });
      const first = await pidOf(pool);
      const error = await failureOf(wish);
      expect(error).to.be.instanceOf(RenderFailure).and.include({ failure });
      const start = performance.now();
      const second = await pidOf(pool);
      expect(performance.now() - start).to.be.lessThan(2000);
      expect(second).to.not.equal(first);
      await until(
        async () => isAlive(first),
        (alive) => !alive,
      );
    });
  }

  it("are killed in the middle of a document that is no longer wanted", async () => {
    pool = renderPool({ module: rogue, processes: 1, ...bounds, timeoutMs: 10_000 });
    const pid = await pidOf(pool);
    const cancel = new AbortController();
    const ended = failureOf("Hang", cancel.signal);
    await until(async () => true, Boolean);
    cancel.abort(new Error("cancelled"));
    expect(await ended).to.include({ message: "cancelled" });
    await until(
      async () => isAlive(pid),
      (alive) => !alive,
      1000,
    );
    expect(await pidOf(pool)).to.be.greaterThan(0);
  });

  it("are replaced after so many documents", async () => {
    pool = renderPool({ module: rogue, processes: 1, ...bounds, documentsMax: 2 });
    const pids = [await pidOf(pool), await pidOf(pool), await pidOf(pool)];
    expect(pids[1]).to.equal(pids[0]);
    expect(pids[2]).to.not.equal(pids[1]);
  });

  it("work side by side, one document each", async () => {
    pool = renderPool({ module: rogue, processes: 2, ...bounds });
    const pids = await Promise.all([pidOf(pool), pidOf(pool), pidOf(pool), pidOf(pool)]);
    expect(new Set(pids).size).to.equal(2);
  });

  it("make the real documents, and know what they cost", async () => {
    pool = renderPool({ module: real, processes: 1, ...bounds, timeoutMs: 10_000, memoryBytesMax: 1024 * 1024 * 1024 });
    const document = await pool.render(order("Ana"), never);
    expect(document.contentType).to.equal("application/pdf");
    expect(document.bytes.subarray(0, 5).toString()).to.equal("%PDF-");
    expect(document.cpuMs).to.be.greaterThan(0);
  });
});
