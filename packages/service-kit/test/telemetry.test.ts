import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { expect } from "chai";
import { retiredCalls } from "../src/retired-calls.ts";
import { startTelemetry, type Telemetry } from "../src/telemetry.ts";
import { lightSpan, readTraceparent, writeTraceparent } from "../src/trace.ts";
import { ana, caught, echoAs, echoContract } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";
import { rawCall } from "./raw-call.ts";

describe("the count of calls of a method that callers are to leave", () => {
  const calls = async (telemetry: Telemetry): Promise<readonly string[]> =>
    [...(await telemetry.metricsText()).matchAll(/^rpc_server_retired_calls_total\{(.*)\} (\d+)/gm)].map(
      ([, labels, count]) => `${/partner="([^"]*)"/.exec(labels ?? "")?.[1]} ${count}`,
    );
  const hello = SayRequest.create({ text: "hello" });

  it("says which partner still makes them, and says nothing of other methods", async () => {
    const telemetry = startTelemetry({ name: "echo-svc" });
    await using client = await echoAs(ana, {}, { telemetry });
    await client.say(hello);
    expect(await calls(telemetry)).to.deep.equal([]);
    await client.once(hello);
    await client.once(hello);
    await caught(client.once(hello, { principal: { ...ana, partner: "bob", scopes: [] } }));
    expect(await calls(telemetry)).to.have.members(["ana 2", "bob 1"]);
  });

  it("is bounded, however many partners there are", async () => {
    const telemetry = startTelemetry({ name: "echo-svc" });
    const count = retiredCalls((await echoContract()).method("echo.v1.EchoService/Once"), telemetry.meter);
    for (let partner = 0; partner < 1200; partner++) count?.(`partner-${partner}`);
    const told = await calls(telemetry);
    expect(told).to.have.length(1001);
    expect(told).to.include("(others) 200");
  });
});

describe("traces", () => {
  it("go on under the caller's trace id, and hold nothing of what was asked", async () => {
    const exporter = new InMemorySpanExporter();
    const telemetry = startTelemetry({
      name: "echo-svc",
      spanProcessors: [new SimpleSpanProcessor({ exporter })],
    });
    await using client = await echoAs(ana, {}, { telemetry });
    const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), sampled: true };
    const bytes = Buffer.from(
      SayRequest.encode(SayRequest.create({ text: "hello", email: "ana@example.com" })).finish(),
    );
    await rawCall(client.address, "Say", bytes, { traceparent: writeTraceparent(parent) });
    await caught(client.say(SayRequest.create({ text: "" })));
    const [first, second] = exporter.getFinishedSpans();
    expect(first?.spanContext().traceId).to.equal(parent.traceId);
    expect(first?.parentSpanContext?.spanId).to.equal(parent.spanId);
    expect(first?.attributes).to.deep.equal({
      "rpc.system": "grpc",
      "rpc.service": "echo.v1.EchoService",
      "rpc.method": "Say",
      "rpc.grpc.status_code": 0,
    });
    expect(second?.attributes).to.include({ "rpc.grpc.status_code": 3, "error.type": "INVALID_REQUEST" });
    expect(
      JSON.stringify(exporter.getFinishedSpans().map(({ attributes, events }) => [attributes, events])),
    ).not.to.contain("ana@");
  });

  it("do not hold up the end of a process whose collector is away", async () => {
    const telemetry = startTelemetry({ name: "echo-svc", otlpEndpoint: "http://127.0.0.1:1" });
    telemetry.startSpan("server", "echo.v1.EchoService", "Say", undefined).end(0, "");
    const startedMs = performance.now();
    await telemetry.shutdown();
    expect(performance.now() - startedMs).to.be.lessThan(4000);
  });

  it("read W3C's traceparent and take a malformed one for none", () => {
    const span = lightSpan(undefined);
    expect(readTraceparent(writeTraceparent(span))).to.deep.equal({
      traceId: span.traceId,
      spanId: span.spanId,
      sampled: true,
    });
    for (const wrong of [
      undefined,
      "",
      "00-0-0-0",
      `00-${"0".repeat(32)}-${"b".repeat(16)}-01`,
      `00-${"A".repeat(32)}-x`,
    ]) {
      expect(readTraceparent(wrong)).to.equal(undefined);
    }
  });
});
