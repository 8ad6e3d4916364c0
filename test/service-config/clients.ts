// Every client of ours, each as a way to make all calls of all services at once.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { MethodFacts } from "@staymesh/contract";
import { connect, silentLog } from "@staymesh/service-kit";
import type { ServiceDefinition, WireMethod } from "@staymesh/service-kit/handlers";
import { principalOf } from "@staymesh/service-kit/principal";
import { noTelemetry } from "@staymesh/service-kit/telemetry";
import { readConfig } from "../../services/edge-rest/src/config.ts";
import { startEdge } from "../../services/edge-rest/src/start.ts";
import { root } from "../architecture/sources.ts";
import { contract, methods, plausible, toBytes } from "../contract/requests.ts";
import { restForm } from "../contract/rest-form.ts";

/** host:port by the full name of a service. */
export type Addresses = ReadonlyMap<string, string>;

const addressOf = (addresses: Addresses, { service }: MethodFacts): string => addresses.get(service) ?? "";
export const served = methods.filter(({ fanOut }) => fanOut === undefined);

type AnyCall = (request: unknown, from: unknown) => Promise<unknown> | AsyncIterable<unknown>;

/** What the services use among themselves. */
export async function byKit(addresses: Addresses): Promise<void> {
  const principal = principalOf({ partner: "ana", keyId: "test", scopes: [], properties: [] });
  const definitions = await generatedServices();
  await Promise.all(
    definitions.map(async (definition) => {
      const [{ path }] = Object.values<WireMethod>(definition) as [WireMethod];
      const address = addresses.get(path.split("/")[1] ?? "") ?? "";
      using client = connect(definition, { address, contract, serviceKey: "key", name: "test" });
      await Promise.all(
        Object.entries<WireMethod>(definition).map(async ([name, wire]) => {
          const request = wire.requestDeserialize(Buffer.alloc(0));
          // The client has a function for each method of its definition, whose request is the default one of its type.
          const call = (client as Readonly<Record<string, unknown>>)[name] as AnyCall;
          await ended(call(wire.requestStream ? one(request) : request, { principal }));
        }),
      );
    }),
  );
}

/** What a partner in any language does who gives the generated file to the channel; the replay does so. */
export async function byChannel(addresses: Addresses, config: string): Promise<void> {
  const same = (bytes: Buffer) => bytes;
  await Promise.all(
    served.map(async ({ service, path, kind }) => {
      const client = new Client(addresses.get(service) ?? "", credentials.createInsecure(), {
        "grpc.service_config": config,
        "grpc.service_config_disable_resolution": 1,
      });
      const none = [path, same, same] as const;
      await new Promise<void>((resolve) => {
        if (kind === "unary") client.makeUnaryRequest(...none, Buffer.alloc(0), new Metadata(), () => resolve());
        else {
          const stream =
            kind === "server_streaming"
              ? client.makeServerStreamRequest(...none, Buffer.alloc(0))
              : client.makeBidiStreamRequest(...none);
          stream.on("error", () => resolve()).on("data", () => {});
        }
      });
      client.close();
    }),
  );
}

/** What web clients reach the services through. */
export async function byEdge(addresses: Addresses): Promise<void> {
  const upstreams = [...addresses].map(([service, address]) => `${service}=${address}`).join(",");
  const env = { HOST: "127.0.0.1", HTTP_PORT: "0", ADMIN_PORT: "0", UPSTREAMS: upstreams, AUTH: "none" };
  const config = { ...readConfig(env), drainTimeoutMs: 1000 };
  const edge = await startEdge({ config, contract, telemetry: noTelemetry(), log: silentLog });
  try {
    await Promise.all(
      routed.map(async (method) => {
        const { verb, path, body } = restForm(method, plausible(method));
        const answer = await fetch(`http://127.0.0.1:${edge.port}${path}`, {
          method: verb,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
        });
        if (answer.status !== 503) throw new Error(`${method.fullName}: ${answer.status} ${await answer.text()}`);
        await answer.body?.cancel();
      }),
    );
  } finally {
    await edge.close();
  }
}

export const routed = served.filter(({ kind, http }) => http.length > 0 && /^(unary|server_streaming)$/.test(kind));

/** The Python client of the SDK, which leaves everything to its channels. */
export async function byPython(python: string, addresses: Addresses, descriptors: string): Promise<void> {
  const calls = unary.map((method) => [
    ...[method.fullName, addressOf(addresses, method)],
    toBytes(method, plausible(method)).toString("base64"),
  ]);
  const program = join(root, "test/service-config/call_all.py");
  const env = { ...process.env, PYTHONPATH: join(root, "tools/sdk/python"), PYTHONDONTWRITEBYTECODE: "1" };
  await promisify(execFile)(python, [program, descriptors, JSON.stringify(calls)], { env, timeout: 60_000 });
}

export const unary = served.filter(({ kind }) => kind === "unary");

/** Every service that was generated from the contracts, so that a new one is covered by itself. */
async function generatedServices(): Promise<readonly ServiceDefinition[]> {
  const files = globSync("proto/gen/staymesh/*/v1/*.ts", { cwd: root });
  const modules: readonly Readonly<Record<string, unknown>>[] = await Promise.all(
    files.map((file) => import(join(root, file))),
  );
  const paths = new Set(served.map(({ path }) => path));
  return modules.flatMap((module) =>
    Object.values(module).flatMap((value) => {
      const methods: readonly unknown[] = typeof value === "object" && value !== null ? Object.values(value) : [];
      const isOffered = methods.some((one) => paths.has(String(Object(one)["path"])));
      // What ts-proto writes with the path of a method is the definition of a service.
      return isOffered ? [value as ServiceDefinition] : [];
    }),
  );
}

async function* one(request: unknown): AsyncGenerator<unknown> {
  yield request;
}

async function ended(call: Promise<unknown> | AsyncIterable<unknown>): Promise<void> {
  try {
    if (call instanceof Promise) await call;
    else for await (const _ of call);
  } catch {
    return;
  }
  throw new Error("A server that refuses everything has answered.");
}
