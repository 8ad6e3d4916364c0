import type { JsonValue } from "@bufbuild/protobuf";
import { expect } from "chai";
import { echo, type Lab, openLab } from "./support/lab.ts";

type Good = readonly [request: string, expected: JsonValue, body?: JsonValue];
type Bad = readonly [request: string, errors: readonly string[], body?: JsonValue | Buffer];

const query: readonly Good[] = [
  ["GET /v1/query", {}],
  ["GET /v1/query?stringValue=a", { stringValue: "a" }],
  ["GET /v1/query?string_value=a", { stringValue: "a" }],
  ["GET /v1/query?stringValue=", {}],
  ["GET /v1/query?stringValue=a+b%2Bc", { stringValue: "a b+c" }],
  ["GET /v1/query?stringValue=%C3%A9%2F%25", { stringValue: "é/%" }],
  ["GET /v1/query?stringValue=a=b", { stringValue: "a=b" }],
  ["GET /v1/query?&&stringValue=a&", { stringValue: "a" }],
  ["GET /v1/query?int32Value=-2147483648", { int32Value: -2147483648 }],
  ["GET /v1/query?int64Value=9223372036854775807", { int64Value: "9223372036854775807" }],
  ["GET /v1/query?int64Value=-9223372036854775808", { int64Value: "-9223372036854775808" }],
  ["GET /v1/query?uint32Value=4294967295", { uint32Value: 4294967295 }],
  ["GET /v1/query?uint64Value=18446744073709551615", { uint64Value: "18446744073709551615" }],
  ["GET /v1/query?sint64Value=-5", { sint64Value: "-5" }],
  ["GET /v1/query?fixed32Value=7", { fixed32Value: 7 }],
  ["GET /v1/query?boolValue=true", { boolValue: true }],
  ["GET /v1/query?boolValue=false", {}],
  ["GET /v1/query?floatValue=1.5", { floatValue: 1.5 }],
  ["GET /v1/query?doubleValue=1e300", { doubleValue: 1e300 }],
  ["GET /v1/query?doubleValue=NaN", { doubleValue: "NaN" }],
  ["GET /v1/query?doubleValue=-Infinity", { doubleValue: "-Infinity" }],
  ["GET /v1/query?bytesValue=_-8", { bytesValue: "/+8=" }],
  ["GET /v1/query?bytesValue=%2F%2B8%3D", { bytesValue: "/+8=" }],
  ["GET /v1/query?bytesValue=YQ", { bytesValue: "YQ==" }],
  ["GET /v1/query?enumValue=RED", { enumValue: "RED" }],
  ["GET /v1/query?enumValue=2", { enumValue: "GREEN" }],
  ["GET /v1/query?timestampValue=2028-02-29T12:00:00Z", { timestampValue: "2028-02-29T12:00:00Z" }],
  ["GET /v1/query?timestampValue=2027-03-05T12:00:00.5%2B02:00", { timestampValue: "2027-03-05T10:00:00.500Z" }],
  ["GET /v1/query?durationValue=3.5s", { durationValue: "3.500s" }],
  ["GET /v1/query?durationValue=-1s", { durationValue: "-1s" }],
  ["GET /v1/query?maskValue=stringValue,nested.longNumbers", { maskValue: "stringValue,nested.longNumbers" }],
  ["GET /v1/query?int32Wrapper=0", { int32Wrapper: 0 }],
  ["GET /v1/query?stringWrapper=", { stringWrapper: "" }],
  ["GET /v1/query?nested.text=a", { nested: { text: "a" } }],
  ["GET /v1/query?nested.inner.inner.text=a", { nested: { inner: { inner: { text: "a" } } } }],
  ["GET /v1/query?nested.long_numbers=1&nested.longNumbers=2", { nested: { longNumbers: ["1", "2"] } }],
  ["GET /v1/query?numbers=1&numbers=2&numbers=1", { numbers: [1, 2, 1] }],
  ["GET /v1/query?texts=a,b&texts=c", { texts: ["a,b", "c"] }],
  ["GET /v1/query?colours=RED&colours=2", { colours: ["RED", "GREEN"] }],
  ["GET /v1/query?times=2027-01-01T00:00:00Z", { times: ["2027-01-01T00:00:00Z"] }],
  ["GET /v1/query?choiceText=a", { choiceText: "a" }],
  ["GET /v1/query?choiceNumber=0", { choiceNumber: 0 }],
  ["GET /v1/query?choiceNested.text=a", { choiceNested: { text: "a" } }],
  ["GET /v1/query?optionalText=", { optionalText: "" }],
];

const path: readonly Good[] = [
  [
    "GET /v1/path/a%2Fb/-5/true/RED/2027-03-05T12:00:00Z",
    { stringValue: "a/b", int64Value: "-5", boolValue: true, enumValue: "RED", timestampValue: "2027-03-05T12:00:00Z" },
  ],
  [
    "GET /v1/wrapped/0/3s/x%20y/-0.5",
    { int32Wrapper: 0, durationValue: "3s", nested: { text: "x y" }, doubleValue: -0.5 },
  ],
  ["GET /v1/bytes/_-8/a,b/o/c", { bytesValue: "/+8=", maskValue: "a,b", optionalText: "o", choiceText: "c" }],
  ["PUT /v1/echo/5/a/b/c%2Fd%20e", { int32Value: 5, stringValue: "a/b/c%2Fd e" }, {}],
  ["PUT /v1/echo/5/a", { int32Value: 5, stringValue: "a" }, {}],
  ["PUT /v1/echo/5/a/b", { int32Value: 5, stringValue: "a/b", boolValue: true }, { int32Value: 5, boolValue: true }],
];

const body: readonly Good[] = [
  ["POST /v1/echo", {}, {}],
  ["POST /v1/echo", { stringValue: 'é "quoted" \\ 𝄞' }, { stringValue: 'é "quoted" \\ 𝄞' }],
  ["POST /v1/echo", { int32Value: 5 }, { int32_value: 5 }],
  ["POST /v1/echo", { int32Value: 2 }, { int32Value: "2" }],
  ["POST /v1/echo", { int32Value: 1000 }, { int32Value: "1e3" }],
  ["POST /v1/echo", { int64Value: "9007199254740991" }, { int64Value: 9007199254740991 }],
  ["POST /v1/echo", { int64Value: "9007199254740993" }, { int64Value: "9007199254740993" }],
  ["POST /v1/echo", {}, { stringValue: null, nested: null, numbers: null, choiceText: null }],
  ["POST /v1/echo", { choiceNumber: 0 }, { choiceNumber: 0, choiceText: null }],
  ["POST /v1/echo", { floatValue: "NaN" }, { floatValue: "NaN" }],
  ["POST /v1/echo", { bytesValue: "/+8=" }, { bytesValue: "_-8" }],
  ["POST /v1/echo", { enumValue: "GREEN" }, { enumValue: 2 }],
  ["POST /v1/echo", { enumValue: 99 }, { enumValue: 99 }],
  ["POST /v1/echo", { timestampValue: "2027-03-05T10:00:00Z" }, { timestampValue: "2027-03-05T12:00:00+02:00" }],
  ["POST /v1/echo", { durationValue: "1.500s" }, { durationValue: "1.5s" }],
  ["POST /v1/echo", { maskValue: "a,bC.d" }, { maskValue: "a,bC.d" }],
  ["POST /v1/echo", { int32Wrapper: 0, stringWrapper: "" }, { int32Wrapper: 0, stringWrapper: "" }],
  ["POST /v1/echo", { labels: { ["__proto__"]: "x", a: "" } }, { labels: { ["__proto__"]: "x", a: "" } }],
  ["POST /v1/echo", { byNumber: { "-5": { text: "a" } } }, { byNumber: { "-5": { text: "a" } } }],
  ["POST /v1/echo", { structValue: { a: [1, null, { b: true }] } }, { structValue: { a: [1, null, { b: true }] } }],
  ["POST /v1/echo", { valueValue: null }, { valueValue: null }],
  ["POST /v1/echo", { valueValue: [1, "a"] }, { valueValue: [1, "a"] }],
  [
    "POST /v1/echo",
    { anyValue: { "@type": "type.googleapis.com/lab.v1.Nested", text: "a" } },
    { anyValue: { "@type": "type.googleapis.com/lab.v1.Nested", text: "a" } },
  ],
  [
    "POST /v1/echo",
    { anyValue: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" } },
    { anyValue: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" } },
  ],
];

const badQuery: readonly Bad[] = [
  ["GET /v1/query?unknown=1", ["unknown query.unknown"]],
  ["GET /v1/query?nested.unknown=1", ["nested.unknown query.unknown"]],
  ["GET /v1/query?=1", ["query.unknown"]],
  ["GET /v1/query?stringValue.x=1", ["stringValue.x query.unknown"]],
  ["GET /v1/query?stringValue=a&string_value=b", ["string_value query.repeated"]],
  ["GET /v1/query?int32Value=1&int32Value=1", ["int32_value query.repeated"]],
  ["GET /v1/query?int32Value=2147483648", ["int32_value value.range"]],
  ["GET /v1/query?int32Value=1.0", ["int32_value value.integer"]],
  ["GET /v1/query?int32Value=1e3", ["int32_value value.integer"]],
  ["GET /v1/query?int32Value=%2B1", ["int32_value value.integer"]],
  ["GET /v1/query?int32Value=", ["int32_value value.integer"]],
  ["GET /v1/query?int32Value=0x10", ["int32_value value.integer"]],
  ["GET /v1/query?int64Value=9223372036854775808", ["int64_value value.range"]],
  ["GET /v1/query?uint32Value=-1", ["uint32_value value.range"]],
  ["GET /v1/query?uint64Value=18446744073709551616", ["uint64_value value.range"]],
  ["GET /v1/query?boolValue=1", ["bool_value value.bool"]],
  ["GET /v1/query?boolValue=TRUE", ["bool_value value.bool"]],
  ["GET /v1/query?floatValue=1e39", ["float_value value.range"]],
  ["GET /v1/query?floatValue=.5", ["float_value value.number"]],
  ["GET /v1/query?doubleValue=1e309", ["double_value value.range"]],
  ["GET /v1/query?doubleValue=abc", ["double_value value.number"]],
  ["GET /v1/query?bytesValue=a", ["bytes_value value.base64"]],
  ["GET /v1/query?bytesValue=!!!!", ["bytes_value value.base64"]],
  ["GET /v1/query?enumValue=red", ["enum_value value.enum"]],
  ["GET /v1/query?enumValue=99", ["enum_value value.enum"]],
  ["GET /v1/query?timestampValue=2027-02-30T00:00:00Z", ["timestamp_value value.time"]],
  ["GET /v1/query?timestampValue=2027-13-01T00:00:00Z", ["timestamp_value value.time"]],
  ["GET /v1/query?timestampValue=2027-03-05", ["timestamp_value value.time"]],
  ["GET /v1/query?timestampValue=2027-03-05T25:00:00Z", ["timestamp_value value.time"]],
  ["GET /v1/query?durationValue=1h3m", ["duration_value value.duration"]],
  ["GET /v1/query?durationValue=3", ["duration_value value.duration"]],
  ["GET /v1/query?maskValue=string_value", ["mask_value value.field_mask"]],
  ["GET /v1/query?nested=1", ["nested query.shape"]],
  ["GET /v1/query?labels=1", ["labels query.shape"]],
  ["GET /v1/query?structValue=1", ["structValue query.shape"]],
  ["GET /v1/query?choiceText=a&choiceNumber=1", ["choice_number value.oneof"]],
  ["GET /v1/query?choiceText=a&choiceNested.text=1", ["choice_nested.text value.oneof"]],
  ["GET /v1/query?stringValue=%zz", ["query.encoding"]],
  ["GET /v1/query?stringValue=%ff", ["query.encoding"]],
  [
    "GET /v1/query?int32Value=x&boolValue=y&zzz=1",
    ["int32_value value.integer", "bool_value value.bool", "zzz query.unknown"],
  ],
  ["GET /v1/query?short=abcdefghijk", ["short string.max_len"]],
  ["GET /v1/query", ["body.unexpected"], { a: 1 }],
  ["POST /v1/echo?stringValue=a", ["stringValue query.in_body"], {}],
  ["POST /v1/boxes/a/things?thing.displayName=a", ["thing.displayName query.in_body"], { displayName: "a" }],
  ["POST /v1/boxes/a/things?parent=boxes/b", ["parent query.in_path"], { displayName: "a" }],
];

const badPath: readonly Bad[] = [
  ["GET /v1/path/a/x/true/RED/2027-03-05T12:00:00Z", ["int64_value value.integer"]],
  [
    "GET /v1/path/a/1/yes/BLUE/2027-02-30T12:00:00Z",
    ["bool_value value.bool", "enum_value value.enum", "timestamp_value value.time"],
  ],
  ["GET /v1/path/a%zz/1/true/RED/2027-03-05T12:00:00Z", ["path.encoding"]],
  ["GET /v1/path/%00/1/true/RED/2027-03-05T12:00:00Z", ["path.encoding"]],
  ["GET /v1/boxes/../things", ["path.encoding"]],
  ["PUT /v1/echo/5/a/b", ["int32_value value.conflict"], { int32Value: 6 }],
  ["PUT /v1/echo/5/a/b", ["string_value value.conflict"], { stringValue: "a/c" }],
  ["PATCH /v1/boxes/a/things/b", ["thing.name value.conflict"], { name: "boxes/a/things/c" }],
];

const badBody: readonly Bad[] = [
  ["POST /v1/echo", ["json.syntax"], Buffer.from("{")],
  ["POST /v1/echo", ["json.syntax"], Buffer.from("not json at all")],
  ["POST /v1/echo", ["json.syntax"], Buffer.from('{"a":1}{')],
  ["POST /v1/echo", ["json.syntax"], Buffer.from("{'a':1}")],
  ["POST /v1/echo", ["json.utf8"], Buffer.from([0x22, 0xff, 0x22])],
  ["POST /v1/echo", ["json.type"], []],
  ["POST /v1/echo", ["json.type"], "text"],
  ["POST /v1/echo", ["json.type"], 5],
  ["POST /v1/echo", ["unknown json.unknown_field"], { unknown: 1 }],
  ["POST /v1/echo", ["nested.inner.unknown json.unknown_field"], { nested: { inner: { unknown: 1 } } }],
  ["POST /v1/echo", ["string_value json.repeated_field"], { stringValue: "a", string_value: "b" }],
  ["POST /v1/echo", ["json.duplicate_key"], Buffer.from('{"stringValue":"a","stringValue":"b"}')],
  ["POST /v1/echo", ["json.duplicate_key"], Buffer.from('{"stringValue":"a","string\\u0056alue":"b"}')],
  ["POST /v1/echo", ["json.duplicate_key"], Buffer.from('{"structValue":{"a":[{"b":1,"b":2}]}}')],
  ["POST /v1/echo", ["string_value json.type"], { stringValue: 5 }],
  ["POST /v1/echo", ["string_value json.unicode"], Buffer.from('{"stringValue":"\\ud800"}')],
  ["POST /v1/echo", ["int32_value json.type"], { int32Value: "x" }],
  ["POST /v1/echo", ["int32_value json.type"], { int32Value: 1.5 }],
  ["POST /v1/echo", ["int32_value json.range"], { int32Value: 3e9 }],
  ["POST /v1/echo", ["int64_value json.unsafe_integer"], Buffer.from('{"int64Value":9007199254740993}')],
  ["POST /v1/echo", ["int64_value json.unsafe_integer"], Buffer.from('{"int64Value":1e20}')],
  ["POST /v1/echo", ["int64_value json.range"], { int64Value: "9223372036854775808" }],
  ["POST /v1/echo", ["uint64_value json.range"], { uint64Value: -1 }],
  ["POST /v1/echo", ["bool_value json.type"], { boolValue: "true" }],
  ["POST /v1/echo", ["float_value json.range"], { floatValue: 1e39 }],
  ["POST /v1/echo", ["double_value json.range"], Buffer.from('{"doubleValue":1e999}')],
  ["POST /v1/echo", ["double_value json.type"], { doubleValue: "1,5" }],
  ["POST /v1/echo", ["bytes_value json.base64"], { bytesValue: "!" }],
  ["POST /v1/echo", ["enum_value json.enum"], { enumValue: "BLUE" }],
  ["POST /v1/echo", ["enum_value json.enum"], { enumValue: 1.5 }],
  ["POST /v1/echo", ["timestamp_value json.time"], { timestampValue: "2027-02-30T00:00:00Z" }],
  ["POST /v1/echo", ["timestamp_value json.time"], { timestampValue: "2027-02-29T00:00:00Z" }],
  ["POST /v1/echo", ["timestamp_value json.type"], { timestampValue: 5 }],
  ["POST /v1/echo", ["duration_value json.duration"], { durationValue: "900" }],
  ["POST /v1/echo", ["int32_wrapper json.type"], { int32Wrapper: "x" }],
  ["POST /v1/echo", ["nested json.type"], { nested: [] }],
  ["POST /v1/echo", ["numbers json.type"], { numbers: 5 }],
  ["POST /v1/echo", ["numbers[1] json.type"], { numbers: [1, "x"] }],
  ["POST /v1/echo", ["numbers[0] json.null"], { numbers: [null] }],
  ["POST /v1/echo", ['labels["a"] json.null'], { labels: { a: null } }],
  ["POST /v1/echo", ['by_number["1"].text json.type'], { byNumber: { "1": { text: 1 } } }],
  ["POST /v1/echo", ["json.value"], { byNumber: { x: {} } }],
  ["POST /v1/echo", ["choice_number json.oneof"], { choiceText: "a", choiceNumber: 1 }],
  ["POST /v1/echo", ["json.value"], { anyValue: { "@type": "type.googleapis.com/no.such.Type" } }],
  ["POST /v1/echo", ["struct_value json.type"], { structValue: [] }],
  ["POST /v1/echo", ["string_value json.type", "bool_value json.type"], { stringValue: 1, boolValue: 1 }],
  ["POST /v1/boxes/a/things", ["thing.weight_grams json.type"], { displayName: "a", weightGrams: "x" }],
  [
    "POST /v1/boxes/a/things",
    ["thing.display_name string.min_len", "thing.weight_grams int32.gte"],
    { displayName: "", weightGrams: -1 },
  ],
  ["POST /v1/boxes/a/things", ["thing required"]],
  ["POST /v1/boxes/a/things?requestId=5", ["request_id string.uuid"], { displayName: "a" }],
  ["PUT /v1/boxes/a/things/b/parts", ["parts json.type"], { label: "a" }],
  ["PUT /v1/boxes/a/things/b/parts", ["parts[1].label json.type"], [{ label: "a" }, { label: 5 }]],
  ["PUT /v1/boxes/a/things/b/parts", ["parts[0].label string.min_len"], [{}]],
];

describe("transcoding", () => {
  let lab: Lab;

  before(async () => {
    lab = await openLab();
  });
  beforeEach(() => lab.behave(echo));
  after(() => lab.close());

  const passes = ([request, expected, json]: Good) => {
    it(`reads ${request} ${json === undefined ? "" : JSON.stringify(json).slice(0, 90)}`, async () => {
      const answer = await lab.ask(request, json === undefined ? {} : { json });
      expect(answer.errors).to.deep.equal([]);
      expect(answer.status).to.equal(200);
      expect(lab.asked()?.request).to.deep.equal(expected);
    });
  };
  const refuses = ([request, errors, content]: Bad) => {
    const shown =
      content === undefined ? "" : Buffer.isBuffer(content) ? content.toString("latin1") : JSON.stringify(content);
    it(`refuses ${request} ${shown.slice(0, 90)}`, async () => {
      const options = content === undefined ? {} : Buffer.isBuffer(content) ? { body: content } : { json: content };
      const answer = await lab.ask(request, options);
      expect(answer.errors).to.deep.equal(errors);
      expect(answer.status).to.equal(400);
      expect(answer.json["reason"]).to.equal("INVALID_REQUEST");
      expect(lab.asked()).to.equal(undefined);
    });
  };

  describe("of a query", () => query.forEach(passes));
  describe("of a path", () => path.forEach(passes));
  describe("of a body", () => body.forEach(passes));
  describe("of a bad query", () => badQuery.forEach(refuses));
  describe("of a bad path", () => badPath.forEach(refuses));
  describe("of a bad body", () => badBody.forEach(refuses));

  it("writes zero values and leaves out what is absent", async () => {
    lab.behave(() => ({ message: { name: "boxes/a/things/b" } }));
    const { json } = await lab.ask("GET /v1/boxes/a/things/b");
    expect(json).to.deep.equal({
      name: "boxes/a/things/b",
      displayName: "",
      weightGrams: 0,
      parts: [],
      etag: "",
      labels: {},
    });
  });

  it("points into the body by the names that the client uses", async () => {
    const { json } = await lab.ask("POST /v1/boxes/a/things", {
      json: { displayName: "a", parts: [{ label: "b", count: "x" }] },
    });
    expect(json["errors"]).to.deep.equal([
      {
        field: "thing.parts[0].count",
        in: "body",
        pointer: "/parts/0/count",
        reason: "json.type",
        description: "must be a whole number",
      },
    ]);
  });

  it("suggests the field that was meant", async () => {
    const { json } = await lab.ask("POST /v1/boxes/a/things", { json: { display_Name: "a" } });
    expect(json["detail"]).to.equal("/display_Name: is not a field of this object; did you mean displayName?");
  });

  it("refuses JSON that is nested without end", async () => {
    const deep = `{"nested":${'{"inner":'.repeat(200)}{}${"}".repeat(200)}}`;
    const answer = await lab.ask("POST /v1/echo", { body: deep });
    expect(answer.status).to.equal(400);
    const lists = await lab.ask("POST /v1/echo", { body: "[".repeat(30_000) });
    expect(lists.status).to.equal(400);
    const values = await lab.ask("POST /v1/echo", {
      body: `{"valueValue":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    });
    expect(values.status).to.equal(400);
  });
});
