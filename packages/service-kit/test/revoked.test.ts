import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { type Handlers, implement } from "../src/handlers.ts";
import { silentLog } from "../src/logger.ts";
import { type Principal, principalOf } from "../src/principal.ts";
import { serve } from "../src/serve.ts";
import { ana, answer, echo, echoContract } from "./fixture.ts";
import { CountRequest, EchoServiceService } from "./fixtures/gen/echo/v1/echo.ts";

const KEY = "a-key-that-is-taken-back";
const { count } = EchoServiceService;

/** How a stream ends, and why its handler was told to, once its key stands for somebody else or for nobody. */
async function endOfStream(after: Principal | undefined): Promise<readonly [unknown, unknown]> {
  let holder: Principal | undefined = principalOf(ana);
  const left = Promise.withResolvers<unknown>();
  const handlers: Handlers<typeof EchoServiceService> = {
    ...echo,
    // Tells one thing and waits for more, as a watch does.
    async *count(_request, { signal }) {
      yield answer("begun");
      await pause(60_000, undefined, { signal }).catch(() => left.resolve(signal.reason));
    },
  };
  const server = await serve({
    name: "test",
    port: 0,
    adminPort: 0,
    contract: await echoContract(),
    services: [implement(EchoServiceService, handlers)],
    principals: { identify: (bearer) => (bearer === KEY ? holder : undefined), close: () => {} },
    clock: systemClock,
    log: silentLog,
    drainTimeoutMs: 2000,
    handleSignals: false,
  });
  const client = new Client(server.address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${KEY}`);
  try {
    const { path, requestSerialize, responseDeserialize } = count;
    const request = CountRequest.create({ to: 1 });
    const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata);
    expect(await once(stream, "data")).to.deep.equal([answer("begun")]);
    holder = after;
    const [error] = await once(stream, "error");
    return [error.code, await left.promise];
  } finally {
    client.close();
    await server.close();
  }
}

describe("a stream whose caller may no longer", () => {
  it("ends soon after the key is revoked, and its handler with it", async () => {
    const [code, reason] = await endOfStream(undefined);
    expect(code).to.equal(status.UNAUTHENTICATED);
    expect(reason).to.have.property("reason", "UNAUTHENTICATED");
  });

  it("ends soon after the key has lost a scope that the method asks for", async () => {
    const [code, reason] = await endOfStream(principalOf({ ...ana, scopes: ["echo.say"] }));
    expect(code).to.equal(status.PERMISSION_DENIED);
    expect(reason).to.have.property("reason", "SCOPE_MISSING");
  });
});
