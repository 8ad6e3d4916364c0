import { gzipSync } from "node:zlib";
import {
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  toJson,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { BadRequest, ErrorInfo, QuotaFailure, RetryInfo } from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import { silentLog } from "@staymesh/service-kit";
import { expect } from "chai";
import { createCors } from "../src/app/cors.ts";
import { quotas } from "../src/app/quota.ts";
import { createRate, type Rate } from "../src/app/rate.ts";
import { createConnectMount } from "../src/http/connect.ts";
import { type HttpServer, serveHttp } from "../src/http/server.ts";
import { type Lab, openLab } from "./support/lab.ts";

const SERVICE = "lab.v1.LabService";
const NAME = "boxes/a/things/b";

interface Door {
  readonly lab: Lab;
  readonly http: HttpServer;
  readonly base: string;
  readonly close: () => Promise<void>;
}

async function openDoor(asksKeys: boolean, rate?: Rate): Promise<Door> {
  const lab = await openLab({ asksKeys, ...(rate === undefined ? {} : { rate }) });
  const { edge, contract } = lab;
  const cors = createCors(["https://app.example"]);
  const maxBodyBytes = 4096;
  const connect = createConnectMount({
    rpcs: edge.rpcs,
    registry: contract.registry,
    cors,
    maxBodyBytes,
    log: silentLog,
  });
  const http = await serveHttp({
    edge,
    connect,
    reasons: contract.reasons,
    host: "127.0.0.1",
    port: 0,
    maxBodyBytes,
    log: silentLog,
  });
  const close = async () => {
    await http.drain(100);
    await lab.close();
  };
  return { lab, http, base: `http://127.0.0.1:${http.port}`, close };
}

const isUnary = (desc: DescMethod): desc is DescMethodUnary => desc.methodKind === "unary";
const isServerStream = (desc: DescMethod): desc is DescMethodServerStreaming => desc.methodKind === "server_streaming";

const transports: readonly { readonly name: string; readonly open: (baseUrl: string) => Transport }[] = [
  { name: "Connect with JSON", open: (baseUrl) => jsonTransport(baseUrl) },
  { name: "Connect with bytes", open: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" }) },
  {
    name: "Connect with GET",
    open: (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useHttpGet: true }),
  },
  { name: "gRPC-Web", open: (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }) },
];

function jsonTransport(baseUrl: string): Transport {
  return createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false });
}

for (const { name, open } of transports) {
  describe(`a client of ${name}`, () => {
    let door: Door;
    let transport: Transport;

    before(async () => {
      door = await openDoor(false);
      transport = open(door.base);
    });
    after(() => door.close());

    const descOf = (method: string): DescMethod => {
      const desc = door.lab.contract.services.flatMap(({ methods }) => methods).find((each) => each.name === method);
      if (desc === undefined) throw new Error(`the lab has no ${method}`);
      return desc.desc;
    };
    const ask = async (method: string, json: JsonObject, headers: Record<string, string> = {}, timeoutMs?: number) => {
      const desc = descOf(method);
      if (!isUnary(desc)) throw new Error(`${method} is a stream`);
      const answer = await transport.unary(desc, undefined, timeoutMs, headers, fromJson(desc.input, json));
      return { json: toJson(desc.output, answer.message) as JsonObject, header: answer.header };
    };
    const watch = async (signal?: AbortSignal, each: (token: unknown) => void = () => {}): Promise<void> => {
      const desc = descOf("WatchThings");
      if (!isServerStream(desc)) throw new Error("it is no stream");
      async function* input() {
        yield fromJson(desc.input, { parent: "boxes/a" });
      }
      const answer = await transport.stream(desc, signal, undefined, undefined, input());
      for await (const message of answer.message) each((toJson(desc.output, message) as JsonObject)["resumeToken"]);
    };
    const refusalOf = async (asking: Promise<unknown>): Promise<ConnectError> => {
      const error: unknown = await asking.then(
        () => undefined,
        (problem: unknown) => problem,
      );
      if (!(error instanceof ConnectError)) throw new Error(`it was not refused: ${error}`);
      return error;
    };
    const detailOf = (error: ConnectError, type: string): Uint8Array => {
      const found = error.details.find((detail) => "type" in detail && detail.type === `google.rpc.${type}`);
      if (found === undefined || !("type" in found)) throw new Error(`there is no ${type}`);
      return found.value;
    };

    it("gets what a service answers, with the headers that go on", async () => {
      door.lab.behave((asked) => ({ message: asked.request, headers: { etag: '"7"' } }));
      const sent = {
        stringValue: "é",
        int64Value: "9007199254740993",
        numbers: [1, 2],
        timestampValue: "2027-03-05T12:00:00Z",
      };
      const { json, header } = await ask("Query", sent, { "x-request-id": "id-1", "accept-language": "de" });
      expect(json).to.deep.include(sent);
      expect([header.get("etag"), header.get("x-request-id")]).to.deep.equal(['"7"', "id-1"]);
      expect(door.lab.asked()?.metadata).to.include({ "x-request-id": "id-1", "accept-language": "de" });
    });

    it("is refused in the words and details of the service", async () => {
      const info = ErrorInfo.encode({
        reason: "THING_IN_USE",
        domain: "staymesh.io",
        metadata: { thing: "b" },
      }).finish();
      const details = [{ typeUrl: "type.googleapis.com/google.rpc.ErrorInfo", value: Buffer.from(info) }];
      const bytes = Status.encode(Status.fromPartial({ code: 9, message: "Thing b is in use.", details })).finish();
      door.lab.behave(() => ({ code: 9, details: "Thing b is in use.", status: bytes }));
      const error = await refusalOf(ask("GetThing", { name: NAME }));
      expect([error.code, error.rawMessage]).to.deep.equal([Code.FailedPrecondition, "Thing b is in use."]);
      expect(ErrorInfo.decode(detailOf(error, "ErrorInfo"))).to.deep.include({
        reason: "THING_IN_USE",
        metadata: { thing: "b" },
      });
    });

    it("is told until when a retired method works, also where it is refused", async () => {
      door.lab.behave(() => ({ message: {} }));
      const { header } = await ask("ListOldThings", { parent: "boxes/a" });
      const deprecation = "@1814313600";
      expect(header.get("deprecation")).to.equal(deprecation);
      door.lab.behave(() => ({ code: 5, details: "no" }));
      const { metadata } = await refusalOf(ask("ListOldThings", { parent: "boxes/a" }));
      expect(metadata.get("deprecation")).to.equal(deprecation);
    });

    it("does not learn why a service failed", async () => {
      door.lab.behave(() => ({ code: 13, details: "password=1 at db.ts:3" }));
      const error = await refusalOf(ask("GetThing", { name: NAME }));
      expect(error.code).to.equal(Code.Internal);
      expect(error.message).not.to.include("password");
      expect(ErrorInfo.decode(detailOf(error, "ErrorInfo")).reason).to.equal("INTERNAL");
    });

    it("is told which header is wrong before a service hears of it", async () => {
      const error = await refusalOf(ask("CreateThing", { parent: "boxes/a", thing: {} }, { "idempotency-key": "no" }));
      expect(error.code).to.equal(Code.InvalidArgument);
      const [violation] = BadRequest.decode(detailOf(error, "BadRequest")).fieldViolations;
      expect(violation).to.deep.include({ field: "idempotency-key", reason: "header.uuid" });
    });

    it("has a deadline, which goes on to the service", async () => {
      const heard = Promise.withResolvers<number>();
      door.lab.behave(async (_asked, call) => {
        heard.resolve(call.deadlineMs - Date.now());
        await call.cancelled;
        return { message: {} };
      });
      const error = await refusalOf(ask("GetThing", { name: NAME }, {}, 150));
      expect(error.code).to.equal(Code.DeadlineExceeded);
      expect(await heard.promise).to.be.within(1, 150);
    });

    it("reads a stream to its end, and the error that ends it", async () => {
      const messages = ["1", "2"].map((resumeToken) => ({ resumeToken }));
      const tokens: unknown[] = [];
      door.lab.behave(() => ({ messages }));
      await watch(undefined, (token) => tokens.push(token));
      door.lab.behave(() => ({ messages, ending: { code: 8, details: "Too much." } }));
      const error = await refusalOf(watch(undefined, (token) => tokens.push(token)));
      expect(tokens).to.deep.equal(["1", "2", "1", "2"]);
      expect([error.code, error.rawMessage]).to.deep.equal([Code.ResourceExhausted, "Too much."]);
    });

    it("ends the call of the service when it leaves a stream", async () => {
      const left = new AbortController();
      const over = Promise.withResolvers<void>();
      door.lab.behave((_asked, call) => {
        call.cancelled.then(over.resolve, over.reject);
        return {
          messages: (async function* () {
            yield { resumeToken: "1" };
            await call.cancelled;
          })(),
        };
      });
      const error = await refusalOf(watch(left.signal, () => left.abort()));
      expect(error.code).to.equal(Code.Canceled);
      await over.promise;
    });
  });
}

describe("the door for typed clients", () => {
  let door: Door;
  const json = { "content-type": "application/json" };
  const post = (method: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${door.base}/${SERVICE}/${method}`, { method: "POST", headers: { ...json, ...headers }, body });

  before(async () => {
    door = await openDoor(true);
  });
  after(() => door.close());

  it("asks for a key except where a method is public, and passes the key on", async () => {
    const refused = await post("GetThing", JSON.stringify({ name: NAME }));
    expect([refused.status, await refused.json()]).to.have.nested.property("[1].code", "unauthenticated");
    expect(refused.status).to.equal(401);
    expect((await post("Ping", "{}")).status).to.equal(200);
    door.lab.behave(() => ({ message: {} }));
    expect((await post("GetThing", JSON.stringify({ name: NAME }), { authorization: "Bearer k" })).status).to.equal(
      200,
    );
    expect(door.lab.asked()?.metadata["authorization"]).to.equal("Bearer k");
  });

  it("makes a request id where the client brings none", async () => {
    door.lab.behave(() => ({ message: {} }));
    const sent = JSON.stringify({ parent: "boxes/a", thing: { displayName: "B" } });
    expect((await post("CreateThing", sent, { authorization: "Bearer k" })).status).to.equal(200);
    expect(door.lab.asked()?.request)
      .to.have.property("requestId")
      .that.matches(/^[0-9a-f-]{36}$/);
  });

  it("refuses unknown fields, bodies over the cap, wrong types and wrong verbs", async () => {
    const key = { authorization: "Bearer k" };
    expect((await post("GetThing", '{"nane":"x"}', key)).status).to.equal(400);
    expect((await post("GetThing", JSON.stringify({ name: "x".repeat(5000) }), key)).status).to.equal(429);
    expect((await post("GetThing", "x", { "content-type": "text/plain" })).status).to.equal(415);
    expect((await fetch(`${door.base}/${SERVICE}/UpdateThing`)).status).to.equal(405);
    expect((await fetch(`${door.base}/${SERVICE}/NoSuchMethod`)).status).to.equal(404);
  });

  it("refuses JSON that a lax parser would bend", async () => {
    const key = { authorization: "Bearer k" };
    for (const body of [
      '{"int64Value":9007199254740993}',
      '{"timestampValue":"2026-02-30T00:00:00Z"}',
      '{"stringValue":"a","stringValue":"b"}',
    ]) {
      const refused = await post("Echo", body, key);
      expect([refused.status, await refused.json()], body).to.have.nested.property("[1].code", "invalid_argument");
      const headers = { ...json, ...key, "content-encoding": "gzip" };
      const zipped = { method: "POST", headers, body: new Uint8Array(gzipSync(body)) };
      expect((await fetch(`${door.base}/${SERVICE}/Echo`, zipped)).status, body).to.equal(400);
      const query = `connect=v1&encoding=json&message=${encodeURIComponent(body)}`;
      expect((await fetch(`${door.base}/${SERVICE}/Query?${query}`, { headers: key })).status, body).to.equal(400);
    }
  });

  it("says in headers and details that a quota is used up, and when to come again", async () => {
    const spent = { isAllowed: false, remaining: 0, resetMs: 5000, retryAfterMs: 1500 };
    const limiter = { take: async () => spent, close: () => {} };
    const quotaOf = quotas({ perMinute: 60, burst: 6 });
    const limited = await openDoor(true, createRate({ limiter, quotaOf, reasons: door.lab.contract.reasons }));
    try {
      const answer = await fetch(`${limited.base}/${SERVICE}/GetThing`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: "Bearer k" },
        body: JSON.stringify({ name: NAME }),
      });
      expect(answer.status).to.equal(429);
      expect(answer.headers.get("retry-after")).to.equal("2");
      expect(answer.headers.get("ratelimit")).to.equal('"default";r=0;t=5');
      expect(answer.headers.get("ratelimit-policy")).to.equal('"default";q=60;w=60');
      const { details } = Object(await answer.json());
      const bytes = (type: string) =>
        Buffer.from(details.find((one: { type: string }) => one.type === `google.rpc.${type}`).value, "base64");
      expect(ErrorInfo.decode(bytes("ErrorInfo"))).to.include({ reason: "RATE_LIMITED", domain: "staymesh.io" });
      expect(QuotaFailure.decode(bytes("QuotaFailure")).violations[0]).to.include({ subject: "default" });
      expect(RetryInfo.decode(bytes("RetryInfo")).retryDelay).to.deep.equal({ seconds: 1n, nanos: 500_000_000 });
    } finally {
      await limited.close();
    }
  });

  it("lets the pages of an allowed origin in", async () => {
    const preflight = await fetch(`${door.base}/${SERVICE}/GetThing`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).to.equal("https://app.example");
    expect(preflight.headers.get("access-control-allow-headers")).to.include("connect-protocol-version");
    const answer = await post("Ping", "{}", { origin: "https://app.example" });
    expect(answer.headers.get("access-control-allow-origin")).to.equal("https://app.example");
    const exposed = answer.headers.get("access-control-expose-headers")?.split(", ");
    expect(exposed).to.include.members([
      ...["grpc-status", "ratelimit", "ratelimit-policy", "retry-after", "idempotency-replayed"],
      ...["deprecation", "sunset", "link", "etag", "location", "x-request-id"],
    ]);
  });
});
