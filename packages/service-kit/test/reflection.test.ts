import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import { expect } from "chai";
import { principalOf } from "../src/principal.ts";
import { writeForwarded } from "../src/principals-file.ts";
import { TEST_KEY } from "../testing/call-as.ts";
import { ana, echoAs } from "./fixture.ts";

const buf = fileURLToPath(new URL("../../../node_modules/.bin/buf", import.meta.url));
const run = promisify(execFile);

const curl = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await run(buf, ["curl", "--protocol", "grpc", "--http2-prior-knowledge", ...args]);
  return stdout;
};

function check(address: string, service: string): Promise<number | ServiceError> {
  const client = new Client(address, credentials.createInsecure());
  const request = Buffer.concat([Buffer.from([10, service.length]), Buffer.from(service)]);
  return new Promise<number | ServiceError>((resolve) => {
    client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      (bytes: Buffer) => bytes,
      (bytes) => bytes[1] ?? 0,
      request,
      (error, status) => resolve(error ?? status ?? 0),
    );
  }).finally(() => client.close());
}

describe("tools that know only the address", () => {
  it("list, describe and call the services by reflection", async () => {
    await using client = await echoAs();
    const url = `http://${client.address}`;
    for (const version of ["grpc-v1", "grpc-v1alpha"]) {
      expect(await curl("--reflect-protocol", version, "--list-methods", url)).to.contain("echo.v1.EchoService/Say");
    }
    const principal = writeForwarded(principalOf(ana));
    const headers = ["-H", `authorization: Bearer ${TEST_KEY}`, "-H", `staymesh-principal: ${principal}`];
    const answered = await curl("-d", '{"text":"hello"}', ...headers, `${url}/echo.v1.EchoService/Say`);
    expect(JSON.parse(answered)).to.deep.equal({ text: "hello" });
  });

  it("hear from the health service that the server and each service serve", async () => {
    await using client = await echoAs();
    expect(await check(client.address, "")).to.equal(1);
    expect(await check(client.address, "echo.v1.EchoService")).to.equal(1);
    expect(await check(client.address, "nobody.v1.Nothing")).to.have.property("code", 5);
  });
});
