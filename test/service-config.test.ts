import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { status } from "@grpc/grpc-js";
import type { MethodFacts, ServiceConfig } from "@staymesh/contract";
import { serviceConfig } from "@staymesh/contract";
import { PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { connect } from "@staymesh/service-kit";
import { principalOf } from "@staymesh/service-kit/principal";
import { expect } from "chai";
import { readSources, root, withoutComments } from "./architecture/sources.ts";
import { contract } from "./contract/requests.ts";
import { type Addresses, byChannel, byEdge, byKit, byPython, routed, served, unary } from "./service-config/clients.ts";
import { type RefusingServer, refusingServer } from "./service-config/refusing-server.ts";

const file = fileURLToPath(import.meta.resolve("@staymesh/proto/service-config.json"));
const text = readFileSync(file, "utf8");
const config: ServiceConfig = JSON.parse(text);
const python = ["/usr/bin/python3", "python3"].find((one) => spawnSync(one, ["-c", "import grpc"]).status === 0);

const configOf = ({ service, name }: MethodFacts) => {
  const found = config.methodConfig.filter((one) =>
    one.name.some((it) => it.service === service && it.method === name),
  );
  if (found.length !== 1) throw new Error(`${service}/${name} stands ${found.length} times in the service config.`);
  return found[0];
};
const attemptsOf = (method: MethodFacts) => configOf(method)?.retryPolicy?.maxAttempts ?? 1;
const timeoutMsOf = (method: MethodFacts) => Number(configOf(method)?.timeout.replace(/s$/, "")) * 1000;

/** Calls everything on servers that are always unavailable, one for each service, and tells who was not asked as the file says. */
async function differences(of: readonly MethodFacts[], call: (addresses: Addresses) => Promise<void>) {
  const names = [...new Set(served.map(({ service }) => service))];
  const servers = new Map<string, RefusingServer>();
  for (const name of names) servers.set(name, await refusingServer(status.UNAVAILABLE));
  try {
    await call(new Map([...servers].map(([name, { address }]) => [name, address])));
    return of.flatMap((method) => {
      const asked = servers.get(method.service)?.asked.get(method.path) ?? [];
      const [first = Number.NaN] = asked;
      const longest = timeoutMsOf(method);
      return [
        ...(asked.length === attemptsOf(method) ? [] : [`${method.fullName} was asked ${asked.length} times`]),
        ...(asked.includes(undefined) ? [`${method.fullName} was asked without a deadline`] : []),
        // The first attempt has nearly all of it and no later one more; other languages round what they write up a little.
        ...(first > longest / 2 && asked.every((ms) => (ms ?? 0) <= longest * 1.01)
          ? []
          : [`${method.fullName}: ${asked} ms`]),
      ];
    });
  } finally {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
  }
}

const expectNone = (problems: readonly string[]) =>
  expect(problems, `\n  ${problems.join("\n  ")}\n`).to.have.length(0);

describe("the service config", function () {
  this.timeout(60_000);

  it("is what the contract says, and has every method that is served once", () => {
    expect(config).to.deep.equal(serviceConfig(contract));
    expect(served.length).to.be.greaterThan(45);
    expect(served.map(attemptsOf)).to.include.members([1, 5]);
  });

  it("repeats only what is free of effects or idempotent, and only after UNAVAILABLE", () => {
    const repeated = served.filter((method) => configOf(method)?.retryPolicy !== undefined);
    expectNone(repeated.filter(({ idempotency }) => idempotency === "UNKNOWN").map(({ fullName }) => fullName));
    for (const { retryPolicy } of config.methodConfig) {
      expect(retryPolicy?.retryableStatusCodes ?? ["UNAVAILABLE"]).to.deep.equal(["UNAVAILABLE"]);
    }
  });

  it("is how the services ask one another", async () => {
    expectNone(await differences(served, byKit));
  });

  it("is how the edge asks the services", async () => {
    expectNone(await differences(routed, byEdge));
  });

  it("is how a channel asks that is given the file, such as the replay's", async () => {
    expectNone(await differences(served, (addresses) => byChannel(addresses, text)));
  });

  it("is how the Python client asks", async function () {
    if (python === undefined) return this.skip();
    expectNone(await differences(unary, (addresses) => byPython(python, addresses, join(root, "proto/gen/api.binpb"))));
  });

  it("names the only statuses after which a service asks again; a cancellation that nobody asked for counts as an absence", async () => {
    const principal = principalOf({ partner: "ana", keyId: "test", scopes: [], properties: [] });
    const codes = Object.values(status).filter((code): code is status => typeof code === "number" && code > 0);
    const repeated = await Promise.all(
      codes.map(async (code) => {
        await using server = await refusingServer(code);
        const { address } = server;
        using client = connect(PaymentServiceService, { address, contract, serviceKey: "key", name: "test" });
        await client.getPayment({ name: "payments/1" }, { principal }).catch(() => {});
        return (server.asked.values().next().value ?? []).length > 1 ? [status[code]] : [];
      }),
    );
    expect(repeated.flat()).to.have.members(["UNAVAILABLE", "CANCELLED"]);
  });

  it("cannot be gone round: nobody but the kit and the edge's upstream opens a channel", () => {
    const opens = /\bnew\s+(?:Client|Channel|\w+ServiceClient)\(|\bhttp2?\.connect\(|from "node:http2"/;
    const may = /^packages\/service-kit\/src\/connect\.ts$|^services\/edge-rest\/src\/(adapters|http)\//;
    expectNone(
      ["services/*/src/**/*.ts", "packages/*/src/**/*.ts"]
        .flatMap(readSources)
        .filter((source) => opens.test(withoutComments(source.text)) && !may.test(source.path))
        .map(({ path }) => `${path} opens a channel of its own: its calls may have no deadline`),
    );
  });
});
