// The whole system for one file of tests, with callers of every kind, and a look at everything that it wrote when it stops.
import type { ProcessName } from "../../scripts/start/constellation.ts";
import { type System, startSystem } from "../support/system.ts";
import { findLeaks } from "./leaks.ts";
import { testKeys } from "./partners.ts";
import { openSink } from "./sink.ts";

export type { ProcessName } from "../../scripts/start/constellation.ts";

export interface Mesh {
  readonly system: System;
  /** The edge's base URL. */
  readonly edge: string;
  /** host:port of each gRPC service, by the package that it offers. */
  readonly grpc: System["addresses"];
  readonly bank: { readonly url: string; readonly key: string };
  readonly adminUrl: (name: ProcessName) => string | undefined;
  /** Ends a process at once, as a crash does. */
  readonly crash: (name: ProcessName) => Promise<void>;
  readonly start: (name: ProcessName) => Promise<void>;
  /** Spans that arrived so far. */
  readonly spans: () => readonly string[];
  /** Stops everything; fails where a name, an address, a token or a key was written where operators read. */
  readonly close: () => Promise<void>;
}

export interface MeshOptions {
  readonly processes?: readonly ProcessName[];
  /** Settings on top of those of the constellation, by process. */
  readonly env?: Readonly<Partial<Record<ProcessName, Readonly<Record<string, string>>>>>;
}

export const processNames: readonly ProcessName[] = [
  ...(["bank", "payment-svc", "reservation-svc", "report-svc"] as const),
  ...(["report-worker-1", "edge-rest"] as const),
];

export const startMesh = async (options: MeshOptions = {}): Promise<Mesh> => {
  const sink = await openSink();
  const env = Object.fromEntries(
    processNames.map((name) => [name, { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...options.env?.[name] }]),
  );
  const system = await startSystem({ services: options.processes ?? processNames, keys: testKeys, env });
  const adminUrl = (name: ProcessName) => {
    const port = system.env(name)["ADMIN_PORT"];
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  };
  const close = async () => {
    const alive = processNames.filter((name) => system.isRunning(name));
    const pages = await Promise.all(alive.map(async (name) => [name, await metricsPage(adminUrl(name))] as const));
    await system.stop();
    const spans = sink.bodies();
    await sink[Symbol.asyncDispose]();
    const logs = processNames.map((name) => [name, system.logs(name)] as const);
    const leaks = findLeaks({ logs, spans, pages });
    if (leaks.length > 0) throw new Error(`Written where operators read:\n  ${leaks.slice(0, 20).join("\n  ")}`);
  };
  return {
    system,
    edge: system.baseUrl,
    grpc: system.addresses,
    bank: { url: `http://127.0.0.1:${system.ports.bank}`, key: system.env("bank")["BANK_KEY"] ?? "" },
    adminUrl,
    crash: (name) => system.kill(name, "SIGKILL"),
    start: (name) => system.restart(name),
    spans: sink.bodies,
    close,
  };
};

async function metricsPage(url: string | undefined): Promise<string> {
  if (url === undefined) return "";
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  return (await answer?.text()) ?? "";
}
