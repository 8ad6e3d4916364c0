import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { ClientTls } from "../src/client-types.ts";
import { systemClock } from "../src/clock.ts";
import { connect } from "../src/connect.ts";
import { implement } from "../src/handlers.ts";
import { silentLog } from "../src/logger.ts";
import { principalOf } from "../src/principal.ts";
import { fixedPrincipals } from "../src/principals.ts";
import { serve } from "../src/serve.ts";
import { noTelemetry } from "../src/telemetry.ts";
import { TEST_KEY } from "../testing/call-as.ts";
import { ana, caught, echo, echoContract } from "./fixture.ts";
import { EchoServiceService } from "./fixtures/gen/echo/v1/echo.ts";

// Certificates of a throw-away authority that nobody trusts, valid for a hundred years.
const pem = (name: string): string => fileURLToPath(new URL(`./fixtures/tls/${name}`, import.meta.url));
const caFile = pem("ca.pem");

async function serveTls(caOfClients?: string) {
  const service = principalOf({ partner: "", keyId: "test", scopes: [], properties: [], service: "test" });
  return serve({
    name: "echo-svc",
    port: 0,
    adminPort: 0,
    contract: await echoContract(),
    services: [implement(EchoServiceService, echo)],
    principals: fixedPrincipals(new Map([[TEST_KEY, service]])),
    clock: systemClock,
    log: silentLog,
    telemetry: noTelemetry(),
    tls: {
      certFile: pem("server.pem"),
      keyFile: pem("server.key"),
      ...(caOfClients === undefined ? {} : { caFile: caOfClients }),
    },
    drainTimeoutMs: 1000,
    handleSignals: false,
  });
}

async function ask(address: string, tls?: ClientTls): Promise<unknown> {
  using client = connect(EchoServiceService, {
    address,
    contract: await echoContract(),
    serviceKey: TEST_KEY,
    name: "test",
    ...(tls === undefined ? {} : { tls }),
  });
  return client.peek({ text: "hello" }, { principal: principalOf(ana) });
}

describe("TLS", () => {
  it("carries calls from those who know the authority, and from nobody else", async () => {
    await using server = await serveTls();
    expect(await ask(server.address, { caFile })).to.include({ text: "hello" });
    expect(await caught(ask(server.address))).to.have.property("reason", "DEPENDENCY_UNAVAILABLE");
    const stranger = { caFile: pem("client.pem") };
    expect(await caught(ask(server.address, stranger))).to.have.property("reason", "DEPENDENCY_UNAVAILABLE");
  });

  it("asks callers for a certificate where it is told whose to accept", async () => {
    await using server = await serveTls(caFile);
    const own = { caFile, certFile: pem("client.pem"), keyFile: pem("client.key") };
    expect(await ask(server.address, own)).to.include({ text: "hello" });
    expect(await caught(ask(server.address, { caFile }))).to.have.property("reason", "DEPENDENCY_UNAVAILABLE");
  });
});
