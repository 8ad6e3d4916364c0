import { request as send } from "node:http";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { silentLog } from "@staymesh/service-kit";
import { expect } from "chai";
import { createCors } from "../src/app/cors.ts";
import { createConnectMount } from "../src/http/connect.ts";
import { readEnvelopes } from "../src/http/envelopes.ts";
import { type HttpServer, serveHttp } from "../src/http/server.ts";
import { echo, type Lab, openLab } from "./support/lab.ts";

const GOOD = '{"parent":"boxes/a"}';
/** What a lax parser would bend or drop, with a method whose request has such a field. */
const traps: readonly (readonly [method: string, body: string])[] = [
  ["WatchThings", '{"parent":"boxes/a","parent":"boxes/b"}'],
  ["WatchThings", '{"p\\u0061rent":"boxes/a","parent":"boxes/b"}'],
  ["WatchThings", '{"parent":"\\ud800"}'],
  ["WatchThings", '{"nane":"x"}'],
  ["WatchThings", "null"],
  ["Echo", '{"int64Value":9007199254740993}'],
  ["Echo", '{"counts":{"a":9007199254740993}}'],
  ["Echo", '{"timestampValue":"2026-02-30T00:00:00Z"}'],
  ["Echo", '{"anyValue":{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"2026-02-30T00:00:00Z"}}'],
  ["Echo", `{"listValue":${"[".repeat(60)}${"]".repeat(60)}}`],
];

const envelope = (data: Buffer, flags = 0): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
};

describe("a message of Connect or gRPC-Web", () => {
  let lab: Lab;
  let http: HttpServer;
  let heard = 0;

  before(async () => {
    lab = await openLab();
    const { edge, contract } = lab;
    const { registry, reasons } = contract;
    const parts = { cors: createCors([]), maxBodyBytes: 4096, log: silentLog };
    const connect = createConnectMount({ rpcs: edge.rpcs, registry, ...parts });
    http = await serveHttp({ edge, connect, reasons, host: "127.0.0.1", port: 0, ...parts });
  });
  beforeEach(() => {
    heard = 0;
    lab.behave((asked, call) => {
      heard += 1;
      return asked.method === "Echo" ? echo(asked, call) : { messages: [] };
    });
  });
  after(async () => {
    await http.drain(100);
    await lab.close();
  });

  const ask = async (method: string, type: string, body: Buffer, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://127.0.0.1:${http.port}/lab.v1.LabService/${method}`, {
      method: "POST",
      headers: { "content-type": type, "connect-protocol-version": "1", ...headers },
      body: new Uint8Array(body),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const end = readEnvelopes(bytes).at(-1)?.data.toString() ?? "";
    return { status: answer.status, end, grpcStatus: answer.headers.get("grpc-status") };
  };

  it("is read where it is sound, compressed or not", async () => {
    const plain = await ask("WatchThings", "application/connect+json", envelope(Buffer.from(GOOD)));
    expect([plain.status, plain.end]).to.deep.equal([200, "{}"]);
    for (const [coding, data] of [
      ["gzip", gzipSync(GOOD)],
      ["br", brotliCompressSync(GOOD)],
    ] as const) {
      const headers = { "connect-content-encoding": coding };
      const answer = await ask("WatchThings", "application/connect+json", envelope(data, 1), headers);
      expect([answer.status, answer.end], coding).to.deep.equal([200, "{}"]);
    }
  });

  for (const [method, body] of traps.filter(([name]) => name === "WatchThings")) {
    it(`is refused over Connect for ${body.slice(0, 60)}`, async () => {
      for (const [flags, data] of [
        [0, Buffer.from(body)],
        [1, gzipSync(body)],
      ] as const) {
        const headers = { "connect-content-encoding": "gzip" };
        const { end } = await ask(method, "application/connect+json", envelope(data, flags), headers);
        expect(end).to.include('"code":"invalid_argument"');
      }
      expect(heard).to.equal(0);
    });
  }

  for (const [method, body] of traps) {
    it(`is refused over gRPC-Web for ${body.slice(0, 60)}`, async () => {
      const { end, grpcStatus } = await ask(method, "application/grpc-web+json", envelope(Buffer.from(body)));
      expect(grpcStatus ?? end).to.match(/^3$|grpc-status: 3\r\n/);
      expect(heard).to.equal(0);
    });
  }

  for (const [method, body] of traps.filter(([name]) => name === "Echo")) {
    it(`is refused in one message for ${body.slice(0, 60)}`, async () => {
      expect((await ask(method, "application/json", Buffer.from(body))).status).to.equal(400);
    });
  }

  it("is refused in a compressed query too", async () => {
    const body = '{"int64Value":9007199254740993}';
    const message = gzipSync(body).toString("base64url");
    const query = `connect=v1&encoding=json&base64=1&compression=gzip&message=${message}`;
    const answer = await fetch(`http://127.0.0.1:${http.port}/lab.v1.LabService/Query?${query}`);
    expect(answer.status).to.equal(400);
  });

  const sound = envelope(Buffer.from(GOOD));
  const broken: readonly (readonly [what: string, body: Buffer, code: string])[] = [
    ["are missing", Buffer.alloc(0), "unimplemented"],
    ["break off in their head", sound.subarray(0, 3), "invalid_argument"],
    ["break off in their message", sound.subarray(0, 9), "invalid_argument"],
    ["have a byte behind them", Buffer.concat([sound, Buffer.from("x")]), "invalid_argument"],
    ["are two", Buffer.concat([sound, sound]), "unimplemented"],
    // The protocol wants "internal" here, though it is the client who is wrong.
    ["are compressed in no way that is named", envelope(Buffer.from(GOOD), 1), "internal"],
    ["end the stream before it began", envelope(Buffer.from("{}"), 2), "unimplemented"],
    ["are longer than anything", Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0x7b]), "resource_exhausted"],
  ];
  for (const [what, body, code] of broken) {
    it(`is refused where its envelopes ${what}`, async () => {
      const { status, end } = await ask("WatchThings", "application/connect+json", body);
      expect([status, /"code":"(\w+)"/.exec(end)?.[1]]).to.deep.equal([200, code]);
      expect(heard).to.equal(0);
    });
  }

  it("is the client's fault too where it is bytes that are no message", async () => {
    const bytes = Buffer.from([0x0a, 0xff]);
    expect((await ask("GetThing", "application/proto", bytes)).status).to.equal(400);
    for (const headers of [{}, { "grpc-encoding": "x" }]) {
      const { end } = await ask("WatchThings", "application/connect+proto", envelope(bytes), headers);
      expect(end).to.include("invalid_argument");
    }
    const web = await ask("GetThing", "application/grpc-web+proto", envelope(bytes));
    expect(web.grpcStatus ?? web.end).to.match(/^3$|grpc-status: 3\r\n/);
    const cut = gzipSync(GOOD).subarray(0, 15);
    expect((await ask("GetThing", "application/json", cut, { "content-encoding": "gzip" })).status).to.equal(400);
    for (const query of ["encoding=proto&base64=1&message=!!!", "encoding=proto&base64=1&message=Cv8"]) {
      const answer = await fetch(`http://127.0.0.1:${http.port}/lab.v1.LabService/Query?connect=v1&${query}`);
      expect([answer.status, await answer.json()], query).to.have.nested.property("[1].code", "invalid_argument");
    }
    expect(heard).to.equal(0);
  });

  it("is refused where its host is none", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { host: "[::1", "content-type": "application/json" };
    const path = "/lab.v1.LabService/Echo";
    const asking = send({ port: http.port, method: "POST", path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asking.on("error", reject).end("{}");
    expect(await promise).to.equal(400);
  });
});
