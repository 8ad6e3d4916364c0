import { expect } from "chai";
import { openLog } from "../src/log.ts";
import { personalNames } from "../src/personal-names.ts";
import { Refusal } from "../src/refusal.ts";
import { ana, answer, type CallContext, caught, echoAs, echoContract } from "./fixture.ts";
import { SayRequest } from "./fixtures/gen/echo/v1/echo.ts";

/** A log that keeps its lines. */
function keptLog(redact: readonly string[] = []) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: openLog({ name: "echo-svc", level: "debug", redact, destination }), lines };
}

const parsed = (lines: readonly string[]): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));
const hello = SayRequest.create({ text: "hello", email: "ana@example.com" });

/** What the driver throws when PostgreSQL refuses a row: it quotes the row. */
function databaseError(): Error {
  return Object.assign(new Error('invalid input syntax for type integer: "ana@example.com Silva"'), {
    severity: "ERROR",
    code: "22P02",
    detail: "Failing row contains (ana@example.com, Silva).",
    parameters: ["Silva"],
    where: "COPY guests, line 1: Silva",
    constraint: "guests_email_key",
    table: "guests",
  });
}

describe("the log", () => {
  it("has one line for each call, with how it ended and for whom", async () => {
    const { log, lines } = keptLog();
    await using client = await echoAs(ana, {}, { log });
    await client.say(hello, { requestId: "r-1" });
    await caught(client.say(SayRequest.create({ text: "" })));
    const calls = parsed(lines).filter(({ msg }) => msg === "call");
    expect(calls).to.have.length(2);
    expect(calls[0]).to.include({
      service: "echo-svc",
      level: "info",
      method: "echo.v1.EchoService/Say",
      code: "OK",
      partner: "ana",
      requestId: "r-1",
    });
    expect(calls[0]?.["traceId"]).to.match(/^[0-9a-f]{32}$/);
    expect(calls[1]).to.include({ code: "INVALID_ARGUMENT", reason: "INVALID_REQUEST" });
  });

  it("tells a fault whole but for the data that a database quotes", async () => {
    const { log, lines } = keptLog();
    await using client = await echoAs(
      ana,
      {
        say: async () => {
          throw new Error("cannot store the guest ana@example.com", { cause: databaseError() });
        },
      },
      { log },
    );
    await caught(client.say(hello));
    const [line] = parsed(lines).filter(({ msg }) => msg === "call failed");
    const text = JSON.stringify(line);
    expect(text)
      .to.contain("log.test.ts")
      .and.contain("22P02")
      .and.contain("guests_email_key")
      .and.contain("cannot store");
    expect(text).not.to.contain("ana@example.com").and.not.contain("Silva");
  });

  it("never holds what was asked, in whatever way a call fails", async () => {
    const { log, lines } = keptLog();
    await using client = await echoAs(
      ana,
      {
        say: async ({ text }) => {
          if (text === "refused") throw new Refusal("TOO_LOUD", `not for ${text}`);
          throw Object.assign(new Error("Invalid `prisma.guest.create()` invocation: { email: ana@example.com }"), {
            name: "PrismaClientValidationError",
          });
        },
      },
      { log },
    );
    await caught(client.say(SayRequest.create({ text: "refused", email: "ana@example.com" })));
    await caught(client.say(hello));
    await caught(client.say(SayRequest.create({ text: "x".repeat(101), email: "ana@example.com" })));
    expect(lines.join("")).not.to.contain("example.com").and.not.contain("prisma.guest");
  });

  it("withholds credentials and personal fields at any depth, in children too", async () => {
    const { log, lines } = keptLog([...personalNames(await echoContract()), "given_name"]);
    const secret = "hide-me";
    log.info(
      { authorization: secret, nested: { Token: secret, list: [{ password: secret }] }, givenName: secret },
      "x",
    );
    log.child({ serviceKey: secret }).warn({ "staymesh-principal": secret }, "y");
    log.info({ map: new Map([["secret", secret]]), bytes: Buffer.from(secret) }, "z");
    expect(lines).to.have.length(3);
    expect(lines.join("")).not.to.contain(secret);
  });

  it("writes bigints, dates and rings without falling over", () => {
    const { log, lines } = keptLog();
    const ring: Record<string, unknown> = {};
    ring["self"] = ring;
    log.info({ amountMinor: 12900n, at: new Date("2027-03-01T00:00:00Z"), ring, set: new Set([1n]) }, "x");
    expect(parsed(lines)[0]).to.include({ amountMinor: "12900", at: "2027-03-01T00:00:00.000Z" });
  });

  it("ties a handler's own lines to the call", async () => {
    const { log, lines } = keptLog();
    const calls: CallContext[] = [];
    await using client = await echoAs(
      ana,
      {
        say: async (_request, call) => {
          calls.push(call);
          call.log.info({ rooms: 2 }, "rooms taken");
          return answer("");
        },
      },
      { log },
    );
    await client.say(hello, { requestId: "r-9" });
    const [line] = parsed(lines).filter(({ msg }) => msg === "rooms taken");
    expect(line).to.include({ rooms: 2, requestId: "r-9", traceId: calls[0]?.trace.traceId });
  });
});
