import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import { type Lab, openLab } from "./support/lab.ts";

describe("the edge as a process", function () {
  this.timeout(60_000);
  let lab: Lab;
  let folder: string;
  let image: string;

  before(async () => {
    lab = await openLab();
    folder = await mkdtemp(join(tmpdir(), "edge-process-"));
    image = join(folder, "lab.binpb");
    await writeFile(image, await buildImage(new URL("./fixtures/contract", import.meta.url)));
  });
  after(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  const start = (settings: Readonly<Record<string, string>>): ChildProcess =>
    spawn(process.execPath, [fileURLToPath(new URL("../src/main.ts", import.meta.url))], {
      env: { PATH: process.env["PATH"], HTTP_PORT: "0", ADMIN_PORT: "0", LOG_LEVEL: "warn", ...settings },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });

  interface Listening {
    readonly type: string;
    readonly name: string;
    readonly port: number;
    readonly adminPort: number;
  }

  const failureOf = async (settings: Readonly<Record<string, string>>): Promise<string> => {
    const child = start(settings);
    let told = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      told += chunk.toString();
    });
    const [code] = await once(child, "close");
    expect(code).to.equal(1);
    return told;
  };

  it("fronts a contract that it has never seen, tells how it is, and goes when it is told to", async () => {
    const child = start({ DESCRIPTOR_IMAGE: image, UPSTREAMS: `lab.v1.LabService=${lab.address}`, AUTH: "none" });
    try {
      const [{ type, name, port, adminPort }] = (await once(child, "message")) as [Listening];
      expect({ type, name }).to.deep.equal({ type: "listening", name: "edge-rest" });
      const base = `http://127.0.0.1:${port}`;
      const answer = await fetch(`${base}/v1/query?stringValue=a`);
      expect(await answer.json()).to.include({ stringValue: "a" });
      expect((await fetch(`${base}/healthz`)).status).to.equal(200);
      expect((await fetch(`${base}/readyz`)).status).to.equal(200);
      expect(await (await fetch(`${base}/`)).json()).to.include({ openapi: "/openapi.json" });
      const openapi = await fetch(`${base}/openapi.json`);
      const etag = openapi.headers.get("etag") ?? "";
      expect(await openapi.json()).to.have.nested.property("paths./v1/query.get.operationId", "LabService_Query");
      expect((await fetch(`${base}/openapi.json`, { headers: { "if-none-match": etag } })).status).to.equal(304);
      const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
      expect(metrics).to.match(/http_server_request_duration\S*_count\{.*http_route="GET \/v1\/query".*\} 1/);
    } finally {
      child.kill("SIGTERM");
    }
    const [code] = await once(child, "exit");
    expect(code).to.equal(0);
  });

  it("is not ready while a service cannot be reached", async () => {
    const child = start({ DESCRIPTOR_IMAGE: image, UPSTREAMS: "lab.v1.LabService=127.0.0.1:1", AUTH: "none" });
    try {
      const [{ port }] = (await once(child, "message")) as [Listening];
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect([ready.status, await ready.json()]).to.deep.equal([
        503,
        { status: "not ready", upstreams: { "lab.v1.LabService": "unreachable" } },
      ]);
    } finally {
      child.kill("SIGTERM");
    }
    await once(child, "exit");
  });

  it("says in a sentence why it does not start", async () => {
    expect(await failureOf({ UPSTREAMS: "" })).to.include("UPSTREAMS is missing");
    expect(await failureOf({ UPSTREAMS: "no.such.Service=127.0.0.1:1" })).to.include("no.such.Service");
    expect(await failureOf({ UPSTREAMS: "a.A=h:1", DESCRIPTOR_IMAGE: join(folder, "none") })).to.include(
      "no such file",
    );
    const text = join(folder, "text");
    await writeFile(text, "this is no image");
    expect(await failureOf({ UPSTREAMS: "a.A=h:1", DESCRIPTOR_IMAGE: text })).to.include(
      `cannot start: DESCRIPTOR_IMAGE=${text} is no descriptor image`,
    );
  });
});
