import { randomUUID } from "node:crypto";
import type { Json, JsonObject } from "../contract/requests.ts";
import { keys } from "./partners.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** The body as JSON; an empty object where it is none. */
  readonly body: JsonObject;
}

export interface RestOptions {
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
}

export type Rest = (verb: string, path: string, body?: Json, options?: RestOptions) => Promise<Answer>;

/** Calls the edge as a web client does. */
export const restOf =
  (base: string): Rest =>
  async (verb, path, body, { key = keys.all, headers = {}, raw, timeoutMs = 30_000 } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${base}${path}`, {
      method: verb,
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "manual",
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, body: asObject(bytes) };
  };

export const idempotencyKey = (key: string = randomUUID()) => ({ "idempotency-key": key });

const asObject = (bytes: Buffer): JsonObject => {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    // JSON.parse gives nothing but JSON.
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
};
