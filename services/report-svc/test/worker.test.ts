import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "@staymesh/service-kit";
import { expect } from "chai";
import { Redis } from "ioredis";
import { freePort } from "../../../scripts/parts/ports.ts";
import { startRedis } from "../../../scripts/parts/redis.ts";
import { redisUrl } from "../../../test/support/parts.ts";
import { type JobPutter, jobPutter } from "../src/adapters/job-queue.ts";
import { keepSweeping, sweep } from "../src/app/sweep.ts";
import { capacityOf, GUEST, stayOf } from "./support/fake-facts.ts";
import { confirmationOrder, idOf, monthOrder, until, whole } from "./support/orders.ts";
import { type TestService, testService } from "./support/service.ts";
import { startWorker, type WorkerProcess } from "./support/worker-process.ts";

describe("the report workers", function () {
  this.timeout(60_000);
  let service: TestService;
  let redis: Redis;
  let url: string;
  let queue: JobPutter;
  const workers: WorkerProcess[] = [];
  const logs: string[] = [];

  before(async () => {
    url = await redisUrl("queue");
    redis = new Redis(url);
    queue = jobPutter(url, silentLog);
    service = await testService({ queue });
    service.facts.stays.push(
      capacityOf("2027-03-05", 2),
      stayOf(4, "2027-03-05", "2027-03-07", [
        ["2027-03-05", 9900],
        ["2027-03-06", 10100],
      ]),
    );
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await queue.close();
    redis.disconnect();
  });
  afterEach(async () => {
    service.facts.gate = undefined;
    await Promise.all(workers.map((worker) => worker.kill("SIGKILL")));
    logs.push(...workers.map((worker) => worker.log()));
    workers.length = 0;
  });

  const start = async () => {
    const worker = await startWorker(service, url);
    workers.push(worker);
    return worker;
  };
  const stateOf = async (name: string) => (await service.client.getReport({ name: `reports/${idOf(name)}` })).state;
  const succeeded = (name: string, withinMs?: number) =>
    until(
      () => stateOf(name),
      (state) => state === 3,
      withinMs,
    );

  it("make a PDF and a CSV that can be downloaded", async () => {
    await start();
    const pdf = await service.client.createReport(confirmationOrder({ languageCode: "de" }));
    const csv = await service.client.createReport(monthOrder());
    await Promise.all([succeeded(pdf.name), succeeded(csv.name)]);
    const bytes = await whole(service.client.downloadReport({ name: `reports/${idOf(pdf.name)}` }));
    expect(bytes.subarray(0, 5).toString()).to.equal("%PDF-");
    const text = await whole(service.client.downloadReport({ name: `reports/${idOf(csv.name)}` }));
    expect(text.toString()).to.include("properties/lisbon-city,2027-03,2,20000,10000,100.00,1,0,0\r\n");
  });

  it("lose no accepted report when Redis forgets everything, again and again", async () => {
    await Promise.all([start(), start()]);
    const names: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      const orders = Array.from({ length: 15 }, () => service.client.createReport(monthOrder()));
      names.push(...(await Promise.all(orders)).map(({ name }) => name));
      await redis.flushall();
    }
    for (const name of names) await succeeded(name, 20_000);
    const { rows } = await service.database.pool.query("SELECT sum(failures) AS failures FROM report");
    expect(Number(rows[0].failures)).to.equal(0);
  });

  it("take over from a worker that is killed in the middle of a report, within ten seconds", async () => {
    let open = () => {};
    service.facts.gate = new Promise((resolve) => {
      open = resolve;
    });
    const victim = await start();
    const { name } = await service.client.createReport(confirmationOrder());
    await until(
      () => stateOf(name),
      (state) => state === 2,
    );
    const children = execFileSync("ps", ["-o", "pid=", "--ppid", `${victim.pid}`], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    await victim.kill("SIGKILL");
    const killed = performance.now();
    open();
    service.facts.gate = undefined;
    await start();
    await succeeded(name, 12_000);
    expect(performance.now() - killed).to.be.lessThan(10_000);
    // Its rendering process does not outlive it.
    expect(children).to.have.length(1);
    await until(
      async () => execFileSync("sh", ["-c", `ps -o stat= -p ${children[0]} || true`], { encoding: "utf8" }).trim(),
      (stat) => stat === "" || stat.startsWith("Z"),
    );
  });

  it("give a report back when they are told to stop, and end in good order", async () => {
    service.facts.gate = new Promise(() => {});
    const worker = await start();
    const { name } = await service.client.createReport(confirmationOrder());
    await until(
      () => stateOf(name),
      (state) => state === 2,
    );
    expect(await worker.kill("SIGTERM")).to.equal(0);
    expect(await stateOf(name)).to.equal(1);
    service.facts.gate = undefined;
    await start();
    await succeeded(name);
    const { rows } = await service.database.pool.query("SELECT failures FROM report WHERE id = $1", [idOf(name)]);
    expect(rows[0].failures).to.equal(0);
  });

  it("stop a report within a second where it is cancelled, and go on with the next", async () => {
    service.facts.gate = new Promise(() => {});
    await start();
    const { name } = await service.client.createReport(confirmationOrder());
    await until(
      () => stateOf(name),
      (state) => state === 2,
    );
    await service.client.cancelOperation({ name, requestId: crypto.randomUUID(), validateOnly: false });
    service.facts.gate = undefined;
    const next = await service.client.createReport(confirmationOrder());
    await succeeded(next.name);
    expect(await stateOf(name)).to.equal(5);
  });

  it("are found later where Redis was away when the report was accepted", async () => {
    const port = await freePort();
    const away = `redis://127.0.0.1:${port}`;
    const putter = jobPutter(away, silentLog);
    const other = await testService({ queue: putter });
    const began = performance.now();
    const { name, done } = await other.client.createReport(monthOrder());
    expect(done).to.equal(false);
    expect(performance.now() - began).to.be.lessThan(2000);
    // In any order: the worker comes up before its queue does.
    const sweeper = keepSweeping({ work: other.work, queue: putter, log: silentLog });
    const worker = await startWorker(other, away);
    const server = await startRedis({ folder: mkdtempSync(join(tmpdir(), "redis-")), port, use: "queue", tied: true });
    await until(
      async () => (await other.client.getReport({ name: `reports/${idOf(name)}` })).state,
      (state) => state === 3,
    );
    await worker.kill("SIGTERM");
    await sweeper.stop();
    await putter.close();
    await other[Symbol.asyncDispose]();
    await server.stop();
  });

  it("are told of each waiting report by one sweeper at a time", async () => {
    await service.database.pool.query("TRUNCATE report, stored_answer");
    for (let count = 0; count < 20; count += 1) await service.client.createReport(monthOrder());
    await service.database.pool.query("UPDATE report SET due_at = now() - interval '1 second'");
    const put: string[] = [];
    const noting = { put: async (ids: readonly string[]) => void put.push(...ids) };
    await Promise.all(Array.from({ length: 5 }, () => sweep({ work: service.work, queue: noting, log: silentLog })));
    expect(put).to.have.length(20);
    expect(new Set(put)).to.have.property("size", 20);
  });

  it("write nothing into their logs that names a guest", () => {
    const all = logs.join("");
    expect(all).to.include('"outcome":"SUCCEEDED"');
    for (const secret of [GUEST.givenName, GUEST.familyName, "a@example.com"]) expect(all).to.not.include(secret);
  });
});
