import { type Contract, loadContract } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import type { CallContext } from "../src/call.ts";
import type { Handlers } from "../src/handlers.ts";
import { Refusal } from "../src/refusal.ts";
import { type CallAsOptions, callAs, type TestClient } from "../testing/index.ts";
import { EchoServiceService, type SayRequest, SayResponse } from "./fixtures/gen/echo/v1/echo.ts";

export type EchoHandlers = Handlers<typeof EchoServiceService>;
export type EchoClient = TestClient<typeof EchoServiceService>;

let loaded: Promise<Contract> | undefined;

export function echoContract(): Promise<Contract> {
  loaded ??= buildImage(new URL("./fixtures/proto", import.meta.url)).then(loadContract);
  return loaded;
}

export const answer = (text: string): SayResponse => SayResponse.create({ text });

/** Handlers that give back what they get; a test replaces those that it is about. */
export const echo: EchoHandlers = {
  say: async ({ text }) => answer(text),
  once: async ({ text }) => answer(text),
  peek: async ({ text }) => answer(text),
  async *count({ to }) {
    for (let n = 1; n <= to; n++) yield answer(`${n}`);
  },
  async *chat(requests) {
    for await (const { text } of requests) yield answer(text);
  },
  async join(requests) {
    const texts: string[] = [];
    for await (const { text } of requests) texts.push(text);
    return answer(texts.join(" "));
  },
};

export const ana = { partner: "ana", keyId: "demo", scopes: ["echo.say", "echo.count"], properties: ["lisbon"] };

export async function echoAs(
  principal: Parameters<typeof callAs>[0] = ana,
  handlers: Partial<EchoHandlers> = {},
  options: CallAsOptions = {},
): Promise<EchoClient> {
  const contract = options.contract ?? (await echoContract());
  return callAs(principal, EchoServiceService, { ...echo, ...handlers }, { ...options, contract });
}

export async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export type { CallContext, SayRequest };

export async function expectRefusal(promise: Promise<unknown>, reason: string): Promise<Refusal> {
  const error = await caught(promise);
  if (!(error instanceof Refusal)) throw error;
  expect(error.reason).to.equal(reason);
  return error;
}
