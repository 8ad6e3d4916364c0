import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { LeaseLost } from "../src/app/keep-lease.ts";
import type { Renderer } from "../src/app/ports.ts";
import { confirmationOrder, idOf, monthOrder, refusalOf } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";

describe("CancelOperation", () => {
  let service: TestService;
  before(async () => {
    service = await testService();
  });
  after(() => service[Symbol.asyncDispose]());

  const cancel = (name: string, requestId = randomUUID(), validateOnly = false) =>
    service.client.cancelOperation({ name, requestId, validateOnly });

  it("gives up a report that waits; no worker takes it up any more", async () => {
    const { name } = await service.client.createReport(confirmationOrder());
    const operation = await cancel(name);
    expect(operation).to.include({ done: true });
    expect(operation.result).to.deep.equal({
      $case: "error",
      value: { code: 1, message: "The operation was cancelled.", details: [] },
    });
    await service.run(idOf(name));
    expect(await service.client.getReport({ name: `reports/${idOf(name)}` })).to.include({ state: 5 });
  });

  it("stops the rendering of a report within a second, wherever it runs", async () => {
    const { name } = await service.client.createReport(monthOrder());
    let begun = () => {};
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let reason: unknown;
    const renderer: Renderer = {
      render: (_order, signal) =>
        new Promise((_, reject) => {
          begun();
          signal.addEventListener("abort", () => {
            reason = signal.reason;
            reject(signal.reason);
          });
        }),
    };
    const running = service.run(idOf(name), { renderer });
    await isBegun;
    const start = performance.now();
    await cancel(name);
    await running;
    expect(performance.now() - start).to.be.lessThan(1000);
    expect(reason).to.be.instanceOf(LeaseLost);
    expect(await service.client.getReport({ name: `reports/${idOf(name)}` })).to.include({ state: 5 });
  });

  it("keeps no document that comes too late", async () => {
    const { name } = await service.client.createReport(monthOrder());
    const renderer: Renderer = {
      render: async () => {
        await cancel(name);
        return { contentType: "text/csv", bytes: Buffer.from("late"), cpuMs: 0 };
      },
    };
    await service.run(idOf(name), { renderer });
    const report = await service.client.getReport({ name: `reports/${idOf(name)}` });
    expect(report).to.include({ state: 5, sha256: "" });
  });

  it("answers the same request with the same answer, also fifty times at once", async () => {
    const { name } = await service.client.createReport(confirmationOrder());
    const requestId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => cancel(name, requestId)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).to.have.property("size", 1);
    expect(await cancel(name, requestId)).to.deep.equal(answers[0]);
  });

  it("refuses to cancel what has ended, and says the same again", async () => {
    const { name } = await service.client.createReport(monthOrder());
    await service.run(idOf(name));
    const requestId = randomUUID();
    for (const id of [requestId, requestId, randomUUID()]) {
      expect((await refusalOf(cancel(name, id))).reason).to.equal("OPERATION_DONE");
    }
  });

  it("changes nothing where it is only asked to validate", async () => {
    const { name } = await service.client.createReport(monthOrder());
    expect((await cancel(name, randomUUID(), true)).done).to.equal(true);
    expect((await service.client.getOperation({ name })).done).to.equal(false);
  });
});
