// A process of its own that asks a gateway: `node bench/edge/load.ts <options as JSON>` prints what it saw as JSON.
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { openRestCaller } from "../load/rest-caller.ts";
import { quantiles, type Sample } from "../load/sample.ts";
import { type CallName, calls, key, requestIdPlaceholder } from "./calls.ts";

export interface LoadOptions {
  readonly port: number;
  readonly call: CallName;
  readonly requests: number;
  readonly connections: number;
  /** How many are sent a second; as many as are answered, if it is not said. */
  readonly perSecond?: number;
}

const { port, call, requests, connections, perSecond }: LoadOptions = JSON.parse(process.argv[2] ?? "");
const { path, body } = calls[call];
const callers = await Promise.all(Array.from({ length: connections }, () => openRestCaller("127.0.0.1", port, key)));
const times: number[] = [];
const start = performance.now();
let sent = 0;

const askInTurn = async ({ get, post }: (typeof callers)[number]): Promise<void> => {
  while (sent < requests) {
    const turn = sent++;
    const due = perSecond === undefined ? performance.now() : start + (turn * 1000) / perSecond;
    // A timer may come late; the time counts from when the request was due, so that waiting is not left out.
    const wait = due - performance.now();
    if (wait > 0) await delay(wait);
    const { status } = await (body === undefined ? get(path) : post(path, withOwnId(body)));
    if (status !== (call === "GET" ? 200 : 201)) throw new Error(`${call} was answered with HTTP status ${status}`);
    times.push(performance.now() - due);
  }
};

const withOwnId = (text: string): string => text.replace(requestIdPlaceholder, randomUUID());

await Promise.all(callers.map(askInTurn));
const sample: Sample = quantiles(times, (performance.now() - start) / 1000);
for (const { close } of callers) close();
console.log(JSON.stringify(sample));
