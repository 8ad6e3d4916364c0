import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "./logger.ts";

/** What the admin port tells. */
export interface AdminParts {
  readonly host: string;
  readonly port: number;
  readonly ready: () => Promise<boolean>;
  readonly metricsText: () => Promise<string>;
  readonly log: Logger;
}

export interface Admin {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const READY_TIMEOUT_MS = 2000;

/** Opens the HTTP port for those who run the service: /healthz (it lives), /readyz (it can serve), /metrics. */
export async function openAdmin(parts: AdminParts): Promise<Admin> {
  const server = createServer((request, response) => {
    answer(parts, request.url ?? "/", response).catch((err: unknown) => {
      parts.log.error({ err }, "the admin port failed to answer");
      send(response, 500, "failed\n");
    });
  });
  server.maxConnections = 64;
  server.requestTimeout = 10_000;
  server.listen(parts.port, parts.host);
  await once(server, "listening");
  return { port: portOf(server), close: () => closeServer(server) };
}

async function answer(parts: AdminParts, url: string, response: ServerResponse): Promise<void> {
  switch (url.split("?", 1)[0]) {
    case "/healthz":
      return send(response, 200, "ok\n");
    case "/readyz":
      return (await within(parts.ready)) ? send(response, 200, "ready\n") : send(response, 503, "not ready\n");
    case "/metrics":
      response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
      return send(response, 200, await parts.metricsText());
    default:
      return send(response, 404, "not found\n");
  }
}

/** A part that hangs is a part that is not ready. */
async function within(ready: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_TIMEOUT_MS);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  response.statusCode = status;
  if (!response.hasHeader("content-type")) response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("the admin port has no address");
  return address.port;
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  if (server.listening) await once(server, "close");
}
