import { create, toBinary } from "@bufbuild/protobuf";
import { AnySchema, anyPack, DurationSchema } from "@bufbuild/protobuf/wkt";
import { Any } from "@staymesh/proto/google/protobuf/any";
import { BadRequest, ErrorInfo, LocalizedMessage, RetryInfo } from "@staymesh/proto/google/rpc/error_details";
import { Status } from "@staymesh/proto/google/rpc/status";
import { expect } from "chai";
import { type Failure, type Lab, openLab } from "./support/lab.ts";

const THING = "/v1/boxes/a/things/b";

describe("refusals of a service", () => {
  let lab: Lab;

  before(async () => {
    lab = await openLab();
  });
  after(() => lab.close());

  const refusal = (code: number, message: string, details: readonly Any[]): Failure => ({
    code,
    details: message,
    status: Status.encode(Status.fromPartial({ code, message, details: [...details] })).finish(),
  });
  const detail = (name: string, bytes: Uint8Array): Any =>
    Any.fromPartial({ typeUrl: `type.googleapis.com/google.rpc.${name}`, value: Buffer.from(bytes) });
  const info = (reason: string, domain = "staymesh.io", metadata: Record<string, string> = {}): Any =>
    detail("ErrorInfo", ErrorInfo.encode({ reason, domain, metadata }).finish());
  const asking = (failure: Failure, headers: Readonly<Record<string, string>> = {}) => {
    lab.behave(() => failure);
    return lab.ask(`GET ${THING}`, { headers });
  };

  it("are told with the status, title and remedy of the error catalogue", async () => {
    const answer = await asking(
      refusal(9, "Thing b is in use.", [info("THING_IN_USE", "staymesh.io", { thing: "b" })]),
    );
    expect(answer.headers["content-type"]).to.equal("application/problem+json");
    expect(answer.json).to.deep.include({
      type: "https://staymesh.io/problems/THING_IN_USE",
      title: "The thing is in use",
      status: 409,
      detail: "Thing b is in use.",
      instance: THING,
      code: "FAILED_PRECONDITION",
      reason: "THING_IN_USE",
      remedy: "Wait.",
      metadata: { thing: "b" },
      requestId: answer.headers["x-request-id"],
    });
    expect(answer.json["traceId"]).to.match(/^[0-9a-f]{32}$/);
  });

  it("keep a reason that the catalogue does not have, with the status of their code", async () => {
    const answer = await asking(refusal(6, "Taken.", [info("TAKEN", "other.example")]));
    expect(answer.json).to.include({
      type: "https://other.example/problems/TAKEN",
      status: 409,
      reason: "TAKEN",
      title: "Already exists",
    });
  });

  const codes = [
    [1, 499],
    [3, 400],
    [5, 404],
    [6, 409],
    [7, 403],
    [8, 429],
    [9, 400],
    [10, 409],
    [11, 400],
    [12, 501],
    [16, 401],
  ] as const;
  for (const [code, status] of codes) {
    it(`of code ${code} without details are answered with ${status}`, async () => {
      const answer = await asking({ code, details: "so it is" });
      expect(answer.status).to.equal(status);
    });
  }

  for (const code of [2, 13, 15]) {
    it(`of code ${code} are told without a word of what happened`, async () => {
      const answer = await asking(
        refusal(code, "password=1 at db:5432", [info("LEAK", "staymesh.io", { host: "db" })]),
      );
      expect(answer.status).to.equal(500);
      expect(answer.text).not.to.match(/password|5432|LEAK/);
      expect(answer.json["reason"]).to.equal("INTERNAL");
    });
  }

  it("point to the place of each field in the request", async () => {
    const fieldViolations = ["parts[1].label", "name", "nonsense", ""].map((field) => ({
      field,
      reason: "bad",
      description: "is bad",
      localizedMessage: undefined,
    }));
    lab.behave(() =>
      refusal(3, "Bad.", [
        info("INVALID_REQUEST"),
        detail("BadRequest", BadRequest.encode({ fieldViolations }).finish()),
      ]),
    );
    const { json } = await lab.ask(`POST ${THING}:use`, { json: {} });
    expect(json["errors"]).to.deep.equal([
      { field: "parts[1].label", in: "body", pointer: "/parts/1/label", reason: "bad", description: "is bad" },
      { field: "name", in: "path", parameter: "name", reason: "bad", description: "is bad" },
      { field: "nonsense", in: "body", pointer: "", reason: "bad", description: "is bad" },
      { field: "", in: "body", pointer: "", reason: "bad", description: "is bad" },
    ]);
    const list = await lab.ask("GET /v1/boxes/a/things");
    expect(list.json["errors"]).to.deep.include({
      field: "name",
      in: "query",
      parameter: "",
      reason: "bad",
      description: "is bad",
    });
  });

  it("tell when to come back", async () => {
    const retry = detail("RetryInfo", RetryInfo.encode({ retryDelay: { seconds: 2n, nanos: 1 } }).finish());
    const answer = await asking(refusal(8, "Too much.", [info("OVERLOADED"), retry]));
    expect(answer.headers["retry-after"]).to.equal("3");
    expect(answer.json["retryAfter"]).to.equal(3);
  });

  it("speak the language that was asked for", async () => {
    const german = detail("LocalizedMessage", LocalizedMessage.encode({ locale: "de", message: "Belegt." }).finish());
    const failure = refusal(9, "In use.", [info("THING_IN_USE"), german]);
    expect((await asking(failure, { "accept-language": "de-AT,en;q=0.5" })).json["detail"]).to.equal("Belegt.");
    expect((await asking(failure, { "accept-language": "en" })).json["detail"]).to.equal("In use.");
  });

  it("keep details of other types, known or not", async () => {
    const duration = anyPack(DurationSchema, create(DurationSchema, { seconds: 5n }));
    const known = Any.fromPartial({ typeUrl: duration.typeUrl, value: Buffer.from(duration.value) });
    const unknown = Any.fromPartial({ typeUrl: "type.googleapis.com/no.such.Type", value: Buffer.from([1, 2]) });
    const { json } = await asking(refusal(9, "x", [known, unknown]));
    expect(json["details"]).to.deep.equal([
      { "@type": duration.typeUrl, value: "5s" },
      { "@type": "type.googleapis.com/no.such.Type", value: "AQI=" },
    ]);
    expect(toBinary(AnySchema, duration)).to.have.length.above(0);
  });

  it("that are no google.rpc.Status are told by their code alone", async () => {
    const answer = await asking({ code: 5, details: "Not here.", status: Uint8Array.of(255, 255) });
    expect([answer.status, answer.json["detail"]]).to.deep.equal([404, "Not here."]);
  });

  it("do not come through where the service cannot be reached", async () => {
    const other = await openLab();
    await other.stopBackend();
    const answer = await other.ask(`GET ${THING}`, { headers: { "x-server-timeout": "0.3" } });
    expect(answer.status).to.be.oneOf([503, 504]);
    expect(answer.text).not.to.include("127.0.0.1");
    expect(answer.text).not.to.include("ECONNREFUSED");
    await other.close();
  });

  it("by way of a broken connection are asked again where the contract allows it", async () => {
    let times = 0;
    lab.behave(() => {
      times++;
      return times < 3 ? { code: 14, details: "gone" } : { message: {} };
    });
    expect((await lab.ask(`GET ${THING}`)).status).to.equal(200);
    expect(times).to.equal(3);
    times = 0;
    expect((await lab.ask(`POST ${THING}:push`)).status).to.equal(503);
    expect(times).to.equal(1);
  });

  it("that a service means itself are not asked again", async () => {
    let times = 0;
    lab.behave(() => {
      times++;
      return refusal(14, "Too much.", [info("OVERLOADED")]);
    });
    expect((await lab.ask(`GET ${THING}`)).status).to.equal(503);
    expect(times).to.equal(1);
  });
});
