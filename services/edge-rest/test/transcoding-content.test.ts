import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import type { JsonValue } from "@bufbuild/protobuf";
import { expect } from "chai";
import { echo } from "./support/lab.ts";
import { useLab } from "./support/transcoding.ts";

const JSON_TEXT = '{"stringValue":"a"}';
const THING = "/v1/boxes/a/things/b";

type Headers = Readonly<Record<string, string>>;

/** What a POST of JSON is answered with, by its headers. */
const posts: readonly (readonly [what: string, status: number, headers: Headers, body?: Buffer | string])[] = [
  ["no content type", 200, {}],
  ["a content type with a parameter that means nothing", 200, { "content-type": "application/json; a=b" }],
  ["UTF8 by its other name", 415, { "content-type": "application/json; charset=utf8" }],
  ["UTF-16", 415, { "content-type": "application/json; charset=utf-16" }],
  ["problem+json", 200, { "content-type": "application/problem+json" }],
  ["another type", 415, { "content-type": "application/protobuf" }],
  ["a form", 415, { "content-type": "multipart/form-data; boundary=x" }],
  ["a type that is none", 415, { "content-type": "json" }],
  ["another type, but nothing in the body", 200, { "content-type": "text/plain" }, ""],
  ["gzip", 200, { "content-encoding": "gzip" }, gzipSync(JSON_TEXT)],
  ["gzip by its old name", 200, { "content-encoding": "X-GZIP" }, gzipSync(JSON_TEXT)],
  ["br", 200, { "content-encoding": "br" }, brotliCompressSync(JSON_TEXT)],
  ["deflate", 200, { "content-encoding": "deflate" }, deflateSync(JSON_TEXT)],
  ["identity", 200, { "content-encoding": "identity" }],
  ["an encoding that nobody knows", 415, { "content-encoding": "zstd" }],
  ["two encodings", 415, { "content-encoding": "gzip, br" }],
  ["gzip that is br", 400, { "content-encoding": "gzip" }, brotliCompressSync(JSON_TEXT)],
  ["gzip that breaks off", 400, { "content-encoding": "gzip" }, gzipSync(JSON_TEXT).subarray(0, 20)],
  ["br that breaks off", 400, { "content-encoding": "br" }, brotliCompressSync(JSON_TEXT).subarray(0, 10)],
  ["gzip that inflates beyond the cap", 413, { "content-encoding": "gzip" }, gzipSync(Buffer.alloc(70_000, 32))],
  ["br that inflates beyond the cap", 413, { "content-encoding": "br" }, brotliCompressSync(Buffer.alloc(70_000, 32))],
  [
    "deflate that inflates beyond the cap",
    413,
    { "content-encoding": "deflate" },
    deflateSync(Buffer.alloc(70_000, 32)),
  ],
  ["an Accept that it does not serve", 200, { accept: "text/html" }],
  ["another method behind X-HTTP-Method-Override", 200, { "x-http-method-override": "GET" }],
];

/** The mask that a PATCH carries, by what its query and its body say. */
const masks: readonly (readonly [query: string, body: JsonValue, mask: string | undefined])[] = [
  ["", { weightGrams: 0 }, "weightGrams"],
  ["", { size: { width: null } }, "size.width"],
  ["", { size: { height: 0, width: 1 } }, "size.height,size.width"],
  ["", { parts: [] }, "parts"],
  ["", { labels: {} }, "labels"],
  ["", { labels: null }, "labels"],
  ["", { display_name: "a" }, "displayName"],
  ["", { name: "boxes/a/things/b" }, undefined],
  ["?updateMask=*", { displayName: "a" }, "*"],
  ["?updateMask=size.width,labels", { displayName: "a" }, "size.width,labels"],
  ["?update_mask=displayName", { displayName: "a" }, "displayName"],
  ["?updateMask=noSuchField", { displayName: "a" }, "noSuchField"],
];

/** What is answered to a request that brings a body, or none, where its rule says otherwise. */
const bodies: readonly (readonly [request: string, body: string | undefined, status: number])[] = [
  ["GET /v1/query", "{}", 400],
  ["GET /v1/query", "", 200],
  [`DELETE ${THING}`, "{}", 400],
  [`DELETE ${THING}`, undefined, 204],
  [`POST ${THING}:use`, undefined, 200],
  [`PUT ${THING}/parts`, "null", 204],
  [`PUT ${THING}/parts`, "[]", 204],
  [`PUT ${THING}/parts`, undefined, 204],
  [`PATCH ${THING}`, undefined, 200],
  [`PATCH ${THING}`, "null", 200],
  ["HEAD /v1/query", undefined, 200],
  ["HEAD /v1/echo", undefined, 405],
  [`OPTIONS ${THING}`, "{}", 204],
];

describe("transcoding of content", () => {
  const lab = useLab();
  beforeEach(() => lab().behave(echo));

  for (const [what, status, headers, body = JSON_TEXT] of posts) {
    it(`answers ${what} with ${status}`, async () => {
      const typed = { "content-type": "application/json", ...headers };
      const answer = await lab().ask("POST /v1/echo", {
        body,
        headers: "content-type" in headers || body === "" ? headers : typed,
      });
      expect(answer.status).to.equal(status);
      expect(lab().asked() === undefined).to.equal(status !== 200);
    });
  }

  for (const [query, json, mask] of masks) {
    it(`takes ${JSON.stringify(json)} with ${query === "" ? "no mask" : query} for a change of ${mask ?? "nothing"}`, async () => {
      expect((await lab().ask(`PATCH ${THING}${query}`, { json })).errors).to.deep.equal([]);
      expect(lab().asked()?.request).to.have.property("thing");
      expect(Reflect.get(Object(lab().asked()?.request), "updateMask")).to.equal(mask);
    });
  }

  for (const [request, body, status] of bodies) {
    it(`answers ${request} with ${body ?? "no body"} with ${status}`, async () => {
      expect((await lab().ask(request, body === undefined ? {} : { body })).status).to.equal(status);
    });
  }
});
