import { brotliCompressSync, gzipSync } from "node:zlib";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { echo, type Lab, openLab } from "./support/lab.ts";

const UUID = "0b6a2f8f-5f10-4c9b-9c3e-3f0c8f4e8c0e";
const THING = "/v1/boxes/a/things/b";

describe("the edge", () => {
  let lab: Lab;

  before(async () => {
    lab = await openLab({ corsOrigins: ["https://shop.example"] });
  });
  beforeEach(() => lab.behave(echo));
  after(() => lab.close());

  const request = (): JsonObject => (lab.asked()?.request ?? {}) as JsonObject;

  describe("with an Idempotency-Key", () => {
    const use = (headers: Readonly<Record<string, string>>, json: JsonValue = {}) =>
      lab.ask(`POST ${THING}:use`, { headers, json });

    it("gives it to the service as the request id, bare or quoted, in lower case", async () => {
      await use({ "idempotency-key": UUID.toUpperCase() });
      expect(request()["requestId"]).to.equal(UUID);
      await use({ "idempotency-key": `"${UUID}"` });
      expect(request()["requestId"]).to.equal(UUID);
    });

    it("accepts the same id in header and body, and refuses two different ones", async () => {
      expect((await use({ "idempotency-key": UUID }, { requestId: UUID })).status).to.equal(200);
      const answer = await use({ "idempotency-key": UUID }, { requestId: "7b6a2f8f-5f10-4c9b-9c3e-3f0c8f4e8c0e" });
      expect(answer.status).to.equal(400);
      expect(answer.errors).to.deep.equal(["idempotency-key header.conflict"]);
    });

    for (const key of ["", "1", '""', `"${UUID}`, `${UUID}x`, `${UUID}, ${UUID}`]) {
      it(`refuses ${JSON.stringify(key)}, which is no UUID`, async () => {
        const answer = await use({ "idempotency-key": key });
        expect(answer.status).to.equal(400);
        expect(answer.errors).to.deep.equal(["idempotency-key header.uuid"]);
      });
    }

    it("refuses it where the method cannot be made safe to repeat", async () => {
      const answer = await lab.ask(`POST ${THING}:push`, { headers: { "idempotency-key": UUID } });
      expect([answer.status, answer.json["reason"]]).to.deep.equal([400, "NOT_REPEATABLE"]);
    });

    it("ignores it on reads", async () => {
      expect((await lab.ask(`GET ${THING}`, { headers: { "idempotency-key": "x" } })).status).to.equal(200);
    });

    it("makes a request id where a write brings none, and none for reads", async () => {
      await lab.ask(`DELETE ${THING}`);
      expect(request()["requestId"]).to.match(/^[0-9a-f-]{36}$/);
      await lab.ask(`GET ${THING}`);
      expect(request()).to.deep.equal({ name: "boxes/a/things/b" });
    });

    it("tells that an answer is a stored one", async () => {
      lab.behave(() => ({ message: {}, headers: { "idempotent-replayed": "true" } }));
      expect((await use({})).headers["idempotency-replayed"]).to.equal("true");
    });

    it("tells that a refusal is a stored one, and says nothing of the kind about a fresh one", async () => {
      const refusal = { code: status.FAILED_PRECONDITION, details: "no" };
      lab.behave(() => ({ ...refusal, headers: { "idempotent-replayed": "true" } }));
      const stored = await use({});
      expect([stored.status, stored.headers["idempotency-replayed"]]).to.deep.equal([400, "true"]);
      lab.behave(() => refusal);
      expect((await use({})).headers).not.to.have.property("idempotency-replayed");
    });
  });

  describe("with entity tags", () => {
    it("gives the tag of the answer as ETag", async () => {
      lab.behave(() => ({ message: { etag: "v1" } }));
      expect((await lab.ask(`GET ${THING}`)).headers["etag"]).to.equal('"v1"');
    });

    it("answers 304 without a body where If-None-Match still fits", async () => {
      lab.behave(() => ({ message: { etag: "v1" } }));
      for (const tag of ['"v1"', 'W/"v1"', '"v0", "v1"', "*"]) {
        const answer = await lab.ask(`GET ${THING}`, { headers: { "if-none-match": tag } });
        expect([answer.status, answer.text]).to.deep.equal([304, ""]);
      }
      expect((await lab.ask(`GET ${THING}`, { headers: { "if-none-match": '"v2"' } })).status).to.equal(200);
    });

    it("gives If-Match to the service as the etag of the request or of its resource", async () => {
      await lab.ask(`POST ${THING}:use`, { headers: { "if-match": '"v1"' }, json: {} });
      expect(request()["etag"]).to.equal("v1");
      await lab.ask(`PATCH ${THING}`, { headers: { "if-match": '"v1"' }, json: { displayName: "x" } });
      expect(request()).to.deep.include({
        thing: { name: "boxes/a/things/b", displayName: "x", etag: "v1" },
        updateMask: "displayName",
      });
    });

    it("takes * for any version, and a weak tag for one that never fits", async () => {
      expect((await lab.ask(`POST ${THING}:use`, { headers: { "if-match": "*" }, json: {} })).status).to.equal(200);
      const weak = await lab.ask(`POST ${THING}:use`, { headers: { "if-match": 'W/"v1"' }, json: {} });
      expect([weak.status, weak.json["reason"]]).to.deep.equal([412, "ETAG_MISMATCH"]);
    });

    it("refuses a tag without quotes, several tags, another one than the body's, and one where none is taken", async () => {
      const use = (tag: string, json: JsonValue = {}) =>
        lab.ask(`POST ${THING}:use`, { headers: { "if-match": tag }, json });
      expect((await use("v1")).errors).to.deep.equal(["if-match header.etag"]);
      expect((await use('"v1", "v2"')).errors).to.deep.equal(["if-match header.etag"]);
      expect((await use('"v1"', { etag: "v2" })).errors).to.deep.equal(["if-match header.conflict"]);
      const push = await lab.ask(`POST ${THING}:push`, { headers: { "if-match": '"v1"' } });
      expect(push.errors).to.deep.equal(["if-match header.unsupported"]);
    });
  });

  describe("with a PATCH", () => {
    const masks: readonly (readonly [JsonObject, string | undefined])[] = [
      [{ displayName: "x" }, "displayName"],
      [{ weightGrams: 5, displayName: "x" }, "displayName,weightGrams"],
      [{ size: { width: 5 } }, "size.width"],
      [{ size: {} }, "size"],
      [{ size: null, weightGrams: null }, "size,weightGrams"],
      [{ parts: [{ label: "a" }] }, "parts"],
      [{ labels: { a: "b" } }, "labels"],
      [{ name: "boxes/a/things/b", etag: "v1", createTime: "2027-01-01T00:00:00Z", displayName: "x" }, "displayName"],
      [{}, undefined],
    ];
    for (const [json, mask] of masks) {
      it(`takes ${JSON.stringify(json)} for a change of ${mask ?? "nothing"}`, async () => {
        expect((await lab.ask(`PATCH ${THING}`, { json })).status).to.equal(200);
        expect(request()["updateMask"]).to.equal(mask);
      });
    }

    it("keeps the mask that the query names", async () => {
      const json = { displayName: "x", weightGrams: 5 };
      await lab.ask(`PATCH ${THING}?updateMask=displayName`, { json });
      expect(request()["updateMask"]).to.equal("displayName");
    });

    it("takes merge-patch as its own name", async () => {
      const headers = { "content-type": "application/merge-patch+json" };
      expect((await lab.ask(`PATCH ${THING}`, { json: { displayName: "x" }, headers })).status).to.equal(200);
    });
  });

  describe("with answers", () => {
    it("says 201 and where the new resource is", async () => {
      lab.behave(() => ({ message: { name: "boxes/a/things/b c" } }));
      const answer = await lab.ask("POST /v1/boxes/a/things", { json: { displayName: "x" } });
      expect([answer.status, answer.headers["location"]]).to.deep.equal([201, "/v1/boxes/a/things/b%20c"]);
    });

    it("says 204 where there is nothing to say", async () => {
      expect(await lab.ask(`DELETE ${THING}`)).to.include({ status: 204, text: "" });
    });

    it("gives only the field that the rule names", async () => {
      lab.behave(() => ({ message: { displayName: "x", parts: [{ label: "a", count: "5" }] } }));
      expect((await lab.ask(`GET ${THING}/parts`)).text).to.equal('[{"label":"a","count":"5"}]');
    });

    it("links to the next page with the same query", async () => {
      lab.behave(() => ({ message: { nextPageToken: "a/b=" } }));
      const answer = await lab.ask("GET /v1/boxes/a/things?pageSize=5&pageToken=old&filter.colours=RED");
      expect(answer.headers["link"]).to.equal(
        '</v1/boxes/a/things?pageSize=5&filter.colours=RED&pageToken=a%2Fb%3D>; rel="next"',
      );
    });

    it("tells with every answer of a retired method until when it works, refusals included", async () => {
      const told = {
        deprecation: "@1814313600",
        sunset: "Sat, 01 Jan 2028 00:00:00 GMT",
        link: '<https://lab.example/guides/things>; rel="deprecation sunset"; type="text/html"',
      };
      const old = "GET /v1/boxes/a/oldThings";
      lab.behave(() => ({ message: {} }));
      expect((await lab.ask(old)).headers).to.include(told);
      expect(new Date("2027-06-30T00:00:00Z").getTime() / 1000).to.equal(1_814_313_600);
      lab.behave(() => ({ message: { nextPageToken: "n" } }));
      expect((await lab.ask(old)).headers["link"]).to.equal(
        `</v1/boxes/a/oldThings?pageToken=n>; rel="next", ${told.link}`,
      );
      lab.behave(() => ({ code: status.NOT_FOUND, details: "no" }));
      const missing = await lab.ask(old);
      expect([missing.status, missing.headers["deprecation"]]).to.deep.equal([404, told.deprecation]);
      const wrong = await lab.ask(`${old}?nothing=1`);
      expect([wrong.status, wrong.headers["sunset"]]).to.deep.equal([400, told.sunset]);
      lab.behave(echo);
      expect((await lab.ask("GET /v1/boxes/a/things")).headers).not.to.have.any.keys("deprecation", "sunset", "link");
    });

    it("tells an Any of a type that it does not know as bytes", async () => {
      const { registry } = lab.contract;
      lab.behave(() => ({ message: { anyValue: { "@type": "type.googleapis.com/lab.v1.Nested", text: "a" } } }));
      const known = await lab.ask("GET /v1/query");
      expect(known.json["anyValue"]).to.deep.include({ "@type": "type.googleapis.com/lab.v1.Nested", text: "a" });
      expect(registry.getMessage("lab.v1.Nothing")).to.equal(undefined);
    });

    it("passes raw bytes with their type, up and down", async () => {
      lab.behave(({ method }) =>
        method === "GetPicture"
          ? { message: { contentType: "image/png", data: "AAEC" }, headers: { "content-disposition": "inline" } }
          : { message: {} },
      );
      const picture = await lab.ask(`GET ${THING}/picture`);
      expect(picture.headers).to.include({ "content-type": "image/png", "content-disposition": "inline" });
      expect(picture.text).to.equal("\0\u0001\u0002");
      await lab.ask(`PUT ${THING}/picture?caption=c`, {
        body: Buffer.from([0, 255]),
        headers: { "content-type": "image/gif" },
      });
      expect(request()).to.deep.equal({
        name: "boxes/a/things/b",
        caption: "c",
        picture: { contentType: "image/gif", data: "AP8=" },
      });
    });

    it("passes on only the headers that are meant for a client", async () => {
      lab.behave(() => ({
        message: {},
        headers: { "cache-control": "max-age=5", "x-inner": "1", "x-http-status": "202" },
      }));
      const answer = await lab.ask(`GET ${THING}`);
      expect(answer.status).to.equal(202);
      expect(answer.headers).to.include({ "cache-control": "max-age=5" }).and.not.have.property("x-inner");
    });

    it("answers HEAD as GET", async () => {
      expect((await lab.ask(`HEAD ${THING}`)).status).to.equal(200);
      expect(lab.asked()?.method).to.equal("GetThing");
    });
  });

  describe("with content types and encodings", () => {
    const echoing = (body: Buffer | string, headers: Readonly<Record<string, string>>) =>
      lab.ask("POST /v1/echo", { body, headers });
    const json = '{"stringValue":"a"}';

    for (const type of [
      "application/json",
      "application/json; charset=utf-8",
      'Application/JSON;charset="UTF-8"',
      "application/vnd.x+json",
    ]) {
      it(`takes ${type}`, async () => {
        expect((await echoing(json, { "content-type": type })).status).to.equal(200);
      });
    }
    for (const type of [
      "text/plain",
      "application/json; charset=latin1",
      "application/x-www-form-urlencoded",
      "application/jsonx",
    ]) {
      it(`refuses ${type}`, async () => {
        const answer = await echoing(json, { "content-type": type });
        expect([answer.status, answer.json["reason"]]).to.deep.equal([415, "UNSUPPORTED_MEDIA_TYPE"]);
      });
    }

    it("takes gzip and br, and refuses other encodings and broken ones", async () => {
      expect((await echoing(gzipSync(json), { "content-encoding": "gzip" })).status).to.equal(200);
      expect((await echoing(brotliCompressSync(json), { "content-encoding": "br" })).status).to.equal(200);
      expect((await echoing(json, { "content-encoding": "zstd" })).status).to.equal(415);
      expect((await echoing(json, { "content-encoding": "gzip" })).errors).to.deep.equal([
        "content-encoding header.content_encoding",
      ]);
    });

    it("refuses a small body that inflates beyond the cap", async () => {
      const answer = await echoing(gzipSync(Buffer.alloc(200_000, 32)), { "content-encoding": "gzip" });
      expect([answer.status, answer.json["reason"]]).to.deep.equal([413, "BODY_TOO_LARGE"]);
    });
  });

  describe("with the ways of HTTP", () => {
    it("says which methods a path takes", async () => {
      const answer = await lab.ask(`POST ${THING}`);
      expect([answer.status, answer.headers["allow"]]).to.deep.equal([405, "DELETE, GET, HEAD, PATCH, OPTIONS"]);
      expect(await lab.ask(`OPTIONS ${THING}`)).to.deep.include({ status: 204 });
    });

    it("says that a path is unknown", async () => {
      const answer = await lab.ask("GET /v2/nothing");
      expect([answer.status, answer.json["reason"]]).to.deep.equal([404, "ROUTE_NOT_FOUND"]);
      expect((await lab.ask("OPTIONS /v2/nothing")).status).to.equal(404);
    });

    it("refuses an address that is too long", async () => {
      expect((await lab.ask(`GET /v1/query?stringValue=${"a".repeat(9000)}`)).status).to.equal(414);
    });

    it("lets the origins of its settings in, and no others", async () => {
      const headers = { origin: "https://shop.example", "access-control-request-method": "PATCH" };
      const allowed = await lab.ask(`OPTIONS ${THING}`, { headers });
      expect(allowed.headers).to.include({
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-methods": "DELETE, GET, HEAD, PATCH, OPTIONS",
        vary: "Origin",
      });
      const refused = await lab.ask(`GET ${THING}`, { headers: { origin: "https://evil.example" } });
      expect(refused.headers).not.to.have.property("access-control-allow-origin");
    });

    it("passes on what the services need to know, and nothing else", async () => {
      const trace = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
      await lab.ask(`GET ${THING}`, {
        headers: {
          authorization: "Bearer k",
          traceparent: trace,
          "x-request-id": "r-1",
          "staymesh-now": "2027-01-01T00:00:00Z",
          "accept-language": "de",
          cookie: "c=1",
          "x-other": "1",
        },
      });
      const metadata = lab.asked()?.metadata ?? {};
      expect(metadata).to.include({
        "x-request-id": "r-1",
        "staymesh-now": "2027-01-01T00:00:00Z",
        "accept-language": "de",
      });
      expect(metadata["traceparent"]).to.match(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/);
      expect(metadata).to.not.have.any.keys("cookie", "x-other", "authorization");
    });

    it("replaces a request id that could not be logged as it is", async () => {
      const answer = await lab.ask(`GET ${THING}`, { headers: { "x-request-id": "a\nb" } });
      expect(answer.headers["x-request-id"]).to.match(/^[0-9a-f-]{36}$/);
    });
  });

  describe("with deadlines", () => {
    it("lets the shorter of the contract's and the client's time count", async () => {
      let deadlineMs = 0;
      lab.behave((_asked, call) => {
        deadlineMs = call.deadlineMs - Date.now();
        return { message: {} };
      });
      await lab.ask(`GET ${THING}`);
      expect(deadlineMs).to.be.within(1000, 2100);
      await lab.ask(`GET ${THING}`, { headers: { "x-server-timeout": "0.5" } });
      expect(deadlineMs).to.be.within(1, 520);
      await lab.ask(`GET ${THING}`, { headers: { "x-server-timeout": "60" } });
      expect(deadlineMs).to.be.within(1000, 2100);
    });

    it("answers 504 when it passes", async () => {
      lab.behave(() => new Promise(() => {}));
      const answer = await lab.ask(`GET ${THING}`, { headers: { "x-server-timeout": "0.1" } });
      expect([answer.status, answer.json["reason"]]).to.deep.equal([504, "DEADLINE_EXCEEDED"]);
      expect(answer.text).not.to.include("127.0.0.1");
    });

    for (const value of ["", "x", "0", "-1", "1e3"]) {
      it(`refuses a timeout of ${JSON.stringify(value)}`, async () => {
        const answer = await lab.ask(`GET ${THING}`, { headers: { "x-server-timeout": value } });
        expect(answer.errors).to.deep.equal(["x-server-timeout header.seconds"]);
      });
    }
  });
});

describe("an edge that asks for keys", () => {
  let lab: Lab;

  before(async () => {
    lab = await openLab({ asksKeys: true });
  });
  after(() => lab.close());

  it("refuses requests without one before anything else", async () => {
    for (const authorization of [undefined, "", "Basic abc", "Bearer"]) {
      const headers: Readonly<Record<string, string>> = authorization === undefined ? {} : { authorization };
      const answer = await lab.ask(`GET ${THING}?nonsense=1`, { headers });
      expect([answer.status, answer.json["reason"]]).to.deep.equal([401, "UNAUTHENTICATED"]);
      expect(answer.headers["www-authenticate"]).to.equal("Bearer");
    }
  });

  it("passes the key on as it came", async () => {
    await lab.ask(`GET ${THING}`, { headers: { authorization: "Bearer sk_1" } });
    expect(lab.asked()?.metadata["authorization"]).to.equal("Bearer sk_1");
  });

  it("asks for none where the contract calls a method public", async () => {
    expect((await lab.ask("GET /v1/ping")).status).to.equal(204);
  });
});
