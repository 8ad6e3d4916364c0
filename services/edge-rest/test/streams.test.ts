import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { silentLog } from "@staymesh/service-kit";
import { expect } from "chai";
import { type HttpServer, serveHttp } from "../src/http/server.ts";
import { type Lab, openLab } from "./support/lab.ts";

const WATCH = "GET /v1/boxes/a/things:watch";
const DOWNLOAD = "GET /v1/boxes/a/things/b:download";

const jsonOf = async (response: Response): Promise<Readonly<Record<string, unknown>>> => {
  const json: unknown = await response.json();
  return typeof json === "object" && json !== null ? { ...json } : {};
};

describe("a stream", () => {
  let lab: Lab;
  let http: HttpServer;

  before(async () => {
    lab = await openLab();
    const { edge, contract } = lab;
    http = await serveHttp({
      edge,
      reasons: contract.reasons,
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 1024,
      log: silentLog,
    });
  });
  after(async () => {
    await http.drain(100);
    await lab.close();
  });

  const event = (token: string) => ({ thing: { name: `boxes/a/things/${token}` }, resumeToken: token });
  const events = { headers: { accept: "text/event-stream" } };
  const named = (token: string) =>
    `{"thing":{"name":"boxes/a/things/${token}","displayName":"","weightGrams":0,"parts":[],"etag":"","labels":{}},"resumeToken":"${token}"}`;

  it("is one line of JSON for each message", async () => {
    lab.behave(() => ({ messages: [event("1"), event("2")] }));
    const answer = await lab.ask(WATCH);
    expect(answer.headers["content-type"]).to.equal("application/jsonl");
    expect(answer.text).to.equal(`{"result":${named("1")}}\n{"result":${named("2")}}\n`);
  });

  it("is an event with its resume token for each message where events are asked for", async () => {
    lab.behave(() => ({ messages: [event("1"), event("2")] }));
    const answer = await lab.ask(WATCH, events);
    expect(answer.headers["content-type"]).to.equal("text/event-stream");
    expect(answer.text).to.equal(
      `retry: 2000\n\nid: 1\ndata: ${named("1")}\n\nid: 2\ndata: ${named("2")}\n\nevent: end\ndata: {}\n\n`,
    );
  });

  it("gives a message that holds but its resume token as an id that wakes nobody, and as a line like any other", async () => {
    lab.behave(() => ({ messages: [{ resumeToken: "0" }, event("1")] }));
    const { text } = await lab.ask(WATCH, events);
    expect(text).to.equal(`retry: 2000\n\nid: 0\n\nid: 1\ndata: ${named("1")}\n\nevent: end\ndata: {}\n\n`);
    expect((await lab.ask(WATCH)).text).to.equal(`{"result":{"resumeToken":"0"}}\n{"result":${named("1")}}\n`);
  });

  it("goes on after the last event that a client names", async () => {
    lab.behave(() => ({ messages: [] }));
    await lab.ask(WATCH, { headers: { ...events.headers, "last-event-id": "41" } });
    expect(lab.asked()?.request).to.deep.equal({ parent: "boxes/a", resumeToken: "41" });
    await lab.ask(`${WATCH}?resumeToken=40`, { headers: { "last-event-id": "41" } });
    expect(lab.asked()?.request).to.deep.equal({ parent: "boxes/a", resumeToken: "41" });
  });

  it("that is refused before its first message is a plain refusal", async () => {
    lab.behave(() => ({ code: 5, details: "no such box" }));
    const answer = await lab.ask(WATCH, events);
    expect([answer.status, answer.headers["content-type"]]).to.deep.equal([404, "application/problem+json"]);
  });

  it("that fails later says so at its end", async () => {
    lab.behave(() => ({ messages: [event("1")], ending: { code: 9, details: "no more" } }));
    const lines = (await lab.ask(WATCH)).text.trim().split("\n");
    expect(lines).to.have.length(2);
    expect(JSON.parse(lines[1] ?? "")).to.have.nested.include({ "error.status": 400, "error.detail": "no more" });
    const sse = await lab.ask(WATCH, events);
    expect(sse.text).to.match(/\nevent: error\ndata: \{.*"detail":"no more".*\}\n\n$/);
  });

  it("that says nothing for a while is opened all the same", async () => {
    let end = () => {};
    async function* quiet() {
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    }
    lab.behave(() => ({ messages: quiet() }));
    const response = await fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things:watch`, events);
    expect(response.status).to.equal(200);
    end();
    expect(await response.text()).to.match(/event: end/);
  });

  it("of file chunks is the file, with the name that the service gives it", async () => {
    const messages = [{ contentType: "application/pdf", data: "AAE=" }, { data: "AgM=" }];
    lab.behave(() => ({ messages, headers: { "content-disposition": 'attachment; filename="a.pdf"', etag: '"v1"' } }));
    const response = await fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things/b:download`);
    expect(response.headers.get("content-type")).to.equal("application/pdf");
    expect(response.headers.get("content-disposition")).to.equal('attachment; filename="a.pdf"');
    expect(Buffer.from(await response.arrayBuffer())).to.deep.equal(Buffer.from([0, 1, 2, 3]));
  });

  it("of file chunks that breaks off is never taken for a whole file", async () => {
    lab.behave(() => ({ messages: [{ data: "AAE=" }], ending: { code: 13, details: "lost" } }));
    const response = await fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things/b:download`);
    const read = await response.arrayBuffer().then(
      () => "whole",
      () => "broken",
    );
    expect(read).to.equal("broken");
    expect((await lab.ask(DOWNLOAD).catch(() => undefined)) === undefined).to.equal(true);
  });

  it("is cancelled at the service when its client leaves", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* endless() {
      for (let index = 0; ; index++) {
        yield event(String(index));
        await pause(5);
      }
    }
    lab.behave((_asked, call) => {
      call.cancelled.then(resolve, resolve);
      return { messages: endless() };
    });
    const leave = new AbortController();
    const response = await fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things:watch`, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
    await promise;
  });

  it("is cancelled at the service when its client leaves before the first message", async () => {
    const asked = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    lab.behave(async (_asked, call) => {
      asked.resolve();
      await call.cancelled;
      cancelled.resolve();
      return { messages: [] };
    });
    const socket = connect(http.port, "127.0.0.1");
    socket.write("GET /v1/boxes/a/things:watch HTTP/1.1\r\nhost: x\r\n\r\n");
    await asked.promise;
    socket.destroy();
    await cancelled.promise;
  });

  it("waits for a client that reads slowly", async () => {
    let sent = 0;
    const big = "x".repeat(16 * 1024);
    async function* endless() {
      for (; sent < 20_000; sent++) yield { thing: { displayName: big } };
    }
    lab.behave(() => ({ messages: endless() }));
    const socket = connect(http.port, "127.0.0.1");
    socket.pause();
    socket.write("GET /v1/boxes/a/things:watch HTTP/1.1\r\nhost: x\r\n\r\n");
    // It has come to rest when nothing more is sent in a while; without backpressure all of the 320 MB would be.
    let before = -1;
    while (before !== sent) {
      before = sent;
      await pause(300);
    }
    expect(sent).to.be.within(1, 3000);
    socket.destroy();
  });

  it("of events ends when the edge goes, and its client is told that this is not the end", async () => {
    const other = await openLab();
    const { edge, contract } = other;
    const server = await serveHttp({
      edge,
      reasons: contract.reasons,
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 1024,
      log: silentLog,
    });
    async function* quiet() {
      yield event("1");
      await new Promise(() => {});
    }
    other.behave(() => ({ messages: quiet() }));
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/boxes/a/things:watch`, events);
    const text = response.text();
    await pause(50);
    await server.drain(5000);
    expect(await text)
      .to.match(/id: 1\n.*\n\nevent: error\n/s)
      .and.not.include("event: end");
    await other.close();
  });
});

describe("the HTTP server", () => {
  let lab: Lab;
  let http: HttpServer;

  before(async () => {
    lab = await openLab();
    const { edge, contract } = lab;
    http = await serveHttp({
      edge,
      reasons: contract.reasons,
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 64 * 1024,
      log: silentLog,
    });
  });
  after(async () => {
    await http.drain(100);
    await lab.close();
  });

  const raw = async (text: string | Buffer): Promise<string> => {
    const socket: Socket = connect(http.port, "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.write(text);
    await once(socket, "close");
    return received;
  };

  it("refuses a body beyond the cap, announced or not", async () => {
    const url = `http://127.0.0.1:${http.port}/v1/echo`;
    const headers = { "content-type": "application/json" };
    const announced = await fetch(url, { method: "POST", headers, body: Buffer.alloc(1024 * 1024, 32) });
    expect([announced.status, (await jsonOf(announced))["reason"]]).to.deep.equal([413, "BODY_TOO_LARGE"]);
    const chunk = `${(8192).toString(16)}\r\n${" ".repeat(8192)}\r\n`;
    const answer = await raw(
      `POST /v1/echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${chunk.repeat(20)}`,
    );
    expect(answer).to.match(/^HTTP\/1.1 413 /);
  });

  it("refuses garbage and huge headers with a status, and lives", async () => {
    expect(await raw("\0\u0001garbage\r\n\r\n")).to.match(/^HTTP\/1.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(20_000)}\r\n\r\n`)).to.match(/^HTTP\/1.1 431 /);
    expect(await raw("POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n")).to.match(
      /^HTTP\/1.1 400 /,
    );
    expect((await fetch(`http://127.0.0.1:${http.port}/v1/ping`)).status).to.equal(204);
  });

  it("compresses what is worth it, as the client likes it", async () => {
    lab.behave(() => ({ message: { displayName: "x".repeat(5000) } }));
    const url = `http://127.0.0.1:${http.port}/v1/boxes/a/things/b`;
    for (const [accept, coding] of [
      ["br, gzip", "br"],
      ["gzip;q=1, br;q=0.5", "gzip"],
      ["identity", null],
      ["gzip;q=0", null],
    ] as const) {
      const response = await fetch(url, { headers: { "accept-encoding": accept } });
      expect(response.headers.get("content-encoding")).to.equal(coding);
      expect(response.headers.get("vary")).to.include("Accept-Encoding");
      expect((await jsonOf(response))["displayName"]).to.have.length(5000);
    }
    lab.behave(() => ({ message: {} }));
    expect((await fetch(url, { headers: { "accept-encoding": "br" } })).headers.get("content-encoding")).to.equal(null);
  });

  it("gives HEAD the headers of GET and no body", async () => {
    lab.behave(() => ({ message: { displayName: "x" } }));
    const response = await fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things/b`, { method: "HEAD" });
    expect(Number(response.headers.get("content-length"))).to.be.above(10);
    expect(await response.text()).to.equal("");
  });

  it("cancels the call when the client leaves", async () => {
    const asked = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    lab.behave(async (_asked, call) => {
      asked.resolve();
      await call.cancelled;
      cancelled.resolve();
      return { message: {} };
    });
    const leave = new AbortController();
    const request = fetch(`http://127.0.0.1:${http.port}/v1/boxes/a/things/b`, { signal: leave.signal }).catch(
      () => {},
    );
    await asked.promise;
    leave.abort();
    await cancelled.promise;
    await request;
  });

  it("finishes what is under way before it goes, and takes no more", async () => {
    const other = await openLab();
    const { edge, contract } = other;
    const server = await serveHttp({
      edge,
      reasons: contract.reasons,
      host: "127.0.0.1",
      port: 0,
      maxBodyBytes: 1024,
      log: silentLog,
    });
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    other.behave(async () => {
      asked.resolve();
      await answer.promise;
      return { message: { displayName: "late" } };
    });
    const url = `http://127.0.0.1:${server.port}/v1/boxes/a/things/b`;
    const request = fetch(url);
    await asked.promise;
    const drained = server.drain(5000);
    answer.resolve();
    expect((await jsonOf(await request))["displayName"]).to.equal("late");
    await drained;
    expect(
      await fetch(url).then(
        () => "served",
        () => "closed",
      ),
    ).to.equal("closed");
    await other.close();
  });

  it("says which port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { edge, contract } = lab;
    const failed = await serveHttp({
      edge,
      reasons: contract.reasons,
      host: "127.0.0.1",
      port,
      maxBodyBytes: 1024,
      log: silentLog,
    }).then(
      () => "",
      (error: unknown) => String(error),
    );
    expect(failed).to.include("EADDRINUSE");
    other.close();
  });
});
