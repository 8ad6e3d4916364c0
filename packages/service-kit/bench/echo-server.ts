// The server that chain.ts measures: "bare" grpc-js, the kit with a "quiet" log, or the "kit" as services run it.
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { fixedPrincipals, implement, openLog, principalOf, serve, startTelemetry, systemClock } from "../src/index.ts";
import { echo, echoContract } from "../test/fixture.ts";
import { EchoServiceService } from "../test/fixtures/gen/echo/v1/echo.ts";
import { TEST_KEY } from "../testing/call-as.ts";

const kind = process.argv[2] ?? "kit";
// The kit tells its parent by itself that it listens.
if (kind === "bare") process.send?.({ type: "listening", port: await bare() });
else await kit();
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});

async function bare(): Promise<number> {
  const server = new Server({ "grpc.enable_channelz": 0 });
  const say = EchoServiceService.say;
  server.addService(
    { say },
    {
      say: (call: { request: { text: string } }, callback: (error: null, value: object) => void) =>
        callback(null, { text: call.request.text, number: 0n }),
    },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

async function kit(): Promise<void> {
  const service = principalOf({ partner: "", keyId: "test", scopes: [], properties: [], service: "test" });
  await serve({
    name: "echo-svc",
    port: 0,
    adminPort: 0,
    contract: await echoContract(),
    services: [implement(EchoServiceService, echo)],
    principals: fixedPrincipals(new Map([[TEST_KEY, service]])),
    clock: systemClock,
    telemetry: startTelemetry({ name: "echo-svc" }),
    log: openLog({ name: "echo-svc", level: kind === "quiet" ? "error" : "info" }),
  });
}
