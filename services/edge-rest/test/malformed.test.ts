import { expect } from "chai";
import { type Lab, openLab } from "./support/lab.ts";

const COUNT = 5000;
const SEED = 20261125;
const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"];
const PATHS = [
  "/v1/query",
  "/v1/echo",
  "/v1/echo/1/a/b",
  "/v1/boxes/a/things/b",
  "/v1/boxes/a/things",
  "/v1/boxes/a/things/b:use",
  "/v1/boxes/a/things/b/parts",
  "/v1/path/a/1/true/RED/2027-03-05T12:00:00Z",
  "/v1/boxes/a/things:watch",
];
const PIECES = [
  "%",
  "%zz",
  "%00",
  "%2F",
  "%ff",
  "..",
  "//",
  ":",
  "?",
  "&",
  "=",
  "[0]",
  "\u00e9",
  "a=1&a=2",
  "stringValue=x",
];
const BODIES = [
  '{"int64Value":9007199254740993,"nested":{"text":"a"},"numbers":[1,2],"timestampValue":"2027-02-30T00:00:00Z"}',
  '{"thing":{"displayName":"x","labels":{"__proto__":"y"}},"requestId":"1"}',
  '{"anyValue":{"@type":"type.googleapis.com/no.Such"},"enumValue":"BLUE","bytesValue":"*"}',
  '[[[[{"a":null}]]]]',
];
const HEADERS = [
  "content-type",
  "content-encoding",
  "if-match",
  "idempotency-key",
  "x-server-timeout",
  "last-event-id",
];
const VALUES = [
  "",
  "*",
  "gzip",
  "application/json; charset=latin1",
  '"',
  "-1",
  "1e9",
  'W/"a"',
  "\u00ff",
  "text/event-stream",
];

/** A small generator of numbers, so that a failure can be had again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("requests that are malformed", function () {
  this.timeout(60_000);
  let lab: Lab;

  before(async () => {
    lab = await openLab();
  });
  after(() => lab.close());

  it(`never make the edge fail, ${COUNT} of them`, async () => {
    const below = numbers(SEED);
    const one = (of: readonly string[]): string => of[below(of.length)] ?? "";
    const mangled = (text: string): string => {
      const at = below(text.length + 1);
      return text.slice(0, at) + one(PIECES) + text.slice(at + below(3));
    };
    const body = (): Buffer => {
      const bytes = Buffer.from(one(BODIES));
      for (let flips = below(4); flips > 0; flips--) bytes[below(bytes.length)] = below(256);
      return bytes.subarray(0, bytes.length - below(2) * below(bytes.length));
    };
    const failed: string[] = [];
    for (let sent = 0; sent < COUNT; sent++) {
      const path = one(PATHS);
      const line = `${one(VERBS)} ${below(3) === 0 ? path : mangled(path)}${below(2) === 0 ? "" : `?${one(PIECES)}${one(PIECES)}`}`;
      const headers = below(2) === 0 ? {} : { [one(HEADERS)]: one(VALUES) };
      const { status } = await lab.ask(line, below(2) === 0 ? { headers } : { headers, body: body() });
      if (status >= 500) failed.push(`${status} ${line} ${JSON.stringify(headers)}`);
    }
    expect(failed).to.deep.equal([]);
  });
});
