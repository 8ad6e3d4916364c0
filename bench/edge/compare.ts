// Puts the gateways in front of one backend and asks each the same in turn.
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/parts/ports.ts";
import type { Sample } from "../load/sample.ts";
import { output } from "../run-program.ts";
import { type CallName, callNames, calls, key } from "./calls.ts";
import type { Measured } from "./figures.ts";
import { backendProgram, type GatewayName, gatewayProgram } from "./gateways.ts";
import type { LoadOptions } from "./load.ts";
import { type Running, start } from "./processes.ts";

export interface ComparisonOptions {
  readonly gateways: readonly GatewayName[];
  readonly rounds: number;
  /** For each call in each round. */
  readonly requests: number;
  readonly tell: (line: string) => void;
}

export interface Comparison {
  readonly answers: Readonly<Record<CallName, readonly Answer[]>>;
  readonly measured: readonly Measured[];
}

export interface Answer {
  readonly gateway: GatewayName;
  readonly status: number;
  readonly json: unknown;
}

/** Enough to keep a gateway busy, few enough to be answered in some milliseconds. */
const CONNECTIONS = 16;
/** Well below what any of them can do. */
const STEADY_PER_SECOND = 250;
const STEADY_REQUESTS_MAX = 500;

export const compare = async (options: ComparisonOptions): Promise<Comparison> => {
  await using stack = new AsyncDisposableStack();
  const backendPort = await freePort();
  stack.use(await start(backendProgram(backendPort)));
  const gateways: { readonly name: GatewayName; readonly port: number; readonly process: Running }[] = [];
  for (const name of options.gateways) {
    const port = await freePort();
    gateways.push({ name, port, process: stack.use(await start(gatewayProgram(name, port, backendPort))) });
  }
  const ask = (call: CallName) =>
    Promise.all(
      gateways.map(async ({ name, port }): Promise<Answer> => ({ gateway: name, ...(await once(port, call)) })),
    );
  const answers = { GET: await ask("GET"), POST: await ask("POST") };

  // A call's code is compiled after some thousand of them, and that is no part of what it costs.
  for (const { port } of gateways) {
    for (const call of callNames) {
      await load({ port, call, requests: 2 * options.requests, connections: CONNECTIONS });
    }
  }
  const measured: Measured[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    options.tell(`round ${round} of ${options.rounds}`);
    for (const call of callNames) {
      for (const { name, port, process } of gateways) {
        const before = await process.cpuMicros();
        await load({ port, call, requests: options.requests, connections: CONNECTIONS });
        const cpuMicros = ((await process.cpuMicros()) - before) / options.requests;
        const requests = Math.min(options.requests, STEADY_REQUESTS_MAX);
        const steady = { port, call, requests, connections: CONNECTIONS, perSecond: STEADY_PER_SECOND };
        const { p50Ms, p99Ms } = await load(steady);
        measured.push({ gateway: name, call, round, cpuMicros, p50Ms, p99Ms });
        options.tell(`  ${call} ${name}: ${cpuMicros.toFixed(0)} us of CPU, p50 ${p50Ms.toFixed(1)} ms`);
      }
    }
  }
  return { answers, measured };
};

const load = async (options: LoadOptions): Promise<Sample> => {
  const script = fileURLToPath(new URL("load.ts", import.meta.url));
  return JSON.parse(await output(process.execPath, [script, JSON.stringify(options)]));
};

const once = async (port: number, call: CallName): Promise<Omit<Answer, "gateway">> => {
  const { path, body } = calls[call];
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: call,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body ?? null,
  });
  return { status: answer.status, json: withoutNulls(await answer.json()) };
};

// In ProtoJSON null says no more than a field that is left out, and protobufjs writes it.
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutNulls(inner)]));
};
