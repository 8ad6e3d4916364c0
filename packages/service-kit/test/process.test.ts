import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { asAna, startEchoProcess, told } from "./echo-process.ts";
import { caught, expectRefusal } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";

describe("a process", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kit-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("finishes the call in flight after SIGTERM, refuses further ones, and exits with 0", async () => {
    using service = await startEchoProcess();
    const gate = join(folder, "drain");
    const asked = told(service.child, "asked");
    const inFlight = service.client.say(SayRequest.create({ text: gate }), asAna);
    await asked;
    expect((await fetch(`${service.admin}/readyz`)).status).to.equal(200);
    service.child.kill("SIGTERM");
    while ((await fetch(`${service.admin}/readyz`)).status === 200);
    expect((await fetch(`${service.admin}/healthz`)).status).to.equal(200);
    await expectRefusal(service.client.once(SayRequest.create({ text: "x" }), asAna), "DEPENDENCY_UNAVAILABLE");
    await writeFile(gate, "");
    expect((await inFlight).text).to.equal("finished");
    expect(await service.exitCode()).to.equal(0);
  });

  it("cuts off what does not end within the drain's time, and still exits with 0", async () => {
    using service = await startEchoProcess();
    const asked = told(service.child, "asked");
    const stuck = caught(service.client.say(SayRequest.create({ text: join(folder, "never") }), asAna));
    await asked;
    service.child.kill("SIGTERM");
    expect(await stuck).to.have.property("reason", "DEPENDENCY_UNAVAILABLE");
    expect(await service.exitCode()).to.equal(0);
    expect(service.output()).to.contain("cut off");
  });

  it("is told apart as unreachable when it is killed in the middle of a call", async () => {
    using service = await startEchoProcess();
    const asked = told(service.child, "asked");
    const stuck = caught(service.client.say(SayRequest.create({ text: join(folder, "never") }), asAna));
    await asked;
    service.child.kill("SIGKILL");
    expect(await stuck).to.have.property("reason", "DEPENDENCY_UNAVAILABLE");
  });

  it("ends at once on a second signal", async () => {
    using service = await startEchoProcess();
    const asked = told(service.child, "asked");
    const stuck = caught(service.client.say(SayRequest.create({ text: join(folder, "never") }), asAna));
    await asked;
    service.child.kill("SIGTERM");
    while ((await fetch(`${service.admin}/readyz`)).status === 200);
    service.child.kill("SIGTERM");
    expect(await service.exitCode()).to.equal(1);
    await stuck;
  });

  it("logs an error that nobody caught without the data in it, and exits with 1", async () => {
    using service = await startEchoProcess();
    await caught(service.client.once(SayRequest.create({ text: "x" }), asAna));
    expect(await service.exitCode()).to.equal(1);
    expect(service.output()).to.contain("nobody catches me").and.not.contain("ana@example.com");
  });

  it("shows its metrics, by method and code", async () => {
    using service = await startEchoProcess();
    await service.client.peek({ text: "x" }, asAna);
    await caught(service.client.say(SayRequest.create({ text: "" }), asAna));
    const metrics = await (await fetch(`${service.admin}/metrics`)).text();
    expect(metrics).to.match(/rpc_server_duration_seconds_count\{[^}]*rpc_method="echo.v1.EchoService\/Peek"[^}]*\} 1/);
    expect(metrics).to.match(/rpc_server_duration_seconds_count\{[^}]*rpc_code="INVALID_ARGUMENT"[^}]*\} 1/);
    expect(metrics).to.contain("process_cpu_seconds_total").and.contain("process_memory_bytes");
  });
});
