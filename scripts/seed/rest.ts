import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Explained } from "../parts/explained.ts";

export interface Rest {
  get(path: string): Promise<unknown>;
  // The request id is made from the request itself, so that sending it again changes nothing.
  post(path: string, body: unknown): Promise<"done" | "was there">;
}

export class Refused extends Explained {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const timeoutMs = 30_000;
const attempts = 8;

export function openRest(baseUrl: string, key: string): Rest {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}` };
    const text = body === undefined ? null : JSON.stringify(body);
    if (text !== null) {
      headers["content-type"] = "application/json";
      headers["idempotency-key"] = requestId(`${path}\n${text}`);
    }
    for (let attempt = 1; ; attempt += 1) {
      const response = await send(`${baseUrl}${path}`, { method, headers, body: text });
      // Services that have only just started may need another moment to reach one another.
      if (response.status !== 503 || attempt === attempts) return response;
      await response.body?.cancel();
      await delay(attempt * 200);
    }
  };
  return {
    get: async (path) => {
      const response = await call("GET", path);
      if (!response.ok) throw await refused("GET", path, response);
      return response.json();
    },
    post: async (path, body) => {
      const response = await call("POST", path, body);
      if (response.ok) {
        await response.body?.cancel();
        return "done";
      }
      const failure = await refused("POST", path, response);
      if (response.status === 409 && failure.message.includes("ALREADY_EXISTS")) return "was there";
      throw failure;
    },
  };
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const reason = error instanceof Error ? (error.cause ?? error) : error;
    throw new Explained(`${url} cannot be reached: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
}

async function refused(method: string, path: string, response: Response): Promise<Refused> {
  const answer = (await response.text()).slice(0, 2_000);
  return new Refused(`${method} ${path} was answered with ${response.status}: ${answer}`, response.status);
}

function requestId(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  // Version 8 of RFC 9562: a UUID whose bits are our own.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
