import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** What came of a request, before anybody knows what it means. */
export type Reply =
  | { readonly kind: "answer"; readonly status: number; readonly json: unknown }
  /** Not one byte of it left. */
  | { readonly kind: "not sent"; readonly detail: string }
  /** It may have arrived. */
  | { readonly kind: "lost"; readonly detail: string };

export interface HttpJson {
  send(method: "GET" | "POST", path: string, body: object | undefined, deadlineMs: number): Promise<Reply>;
  close(): void;
}

const ANSWER_MAX = 65_536;

/** JSON over HTTP on kept connections, within a deadline. */
export function openHttpJson(base: string, headers: Readonly<Record<string, string>>): HttpJson {
  const { protocol, hostname, port, pathname } = new URL(base);
  const secure = protocol === "https:";
  const options = { keepAlive: true, maxSockets: 64, maxFreeSockets: 64, scheduling: "lifo" } as const;
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const begin = secure ? httpsRequest : httpRequest;
  const prefix = pathname.replace(/\/$/, "");

  return {
    send: (method, path, body, deadlineMs) =>
      new Promise((resolve) => {
        const text = body === undefined ? "" : JSON.stringify(body);
        const content = body === undefined ? {} : { "content-type": "application/json" };
        const request = begin({
          agent,
          hostname,
          port,
          method,
          path: prefix + path,
          headers: { ...headers, ...content, "content-length": Buffer.byteLength(text) },
        });
        let connected = false;
        request.once("socket", (socket) => {
          const ready = (): void => {
            connected = true;
          };
          if (socket.connecting) socket.once(secure ? "secureConnect" : "connect", ready);
          else ready();
        });
        const late = setTimeout(() => request.destroy(new Error("deadline")), Math.max(0, deadlineMs - Date.now()));
        const settle = (reply: Reply): void => {
          clearTimeout(late);
          resolve(reply);
        };
        request.once("error", (error) => settle({ kind: connected ? "lost" : "not sent", detail: told(error) }));
        request.once("response", (response) => {
          readJson(response).then(
            (json) => settle({ kind: "answer", status: response.statusCode ?? 0, json }),
            (error: unknown) => settle({ kind: "lost", detail: told(error) }),
          );
        });
        request.end(text);
      }),
    close: () => agent.destroy(),
  };
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > ANSWER_MAX) throw new Error("answer too long");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    // Whatever it is, it is not this bank's answer.
    return undefined;
  }
}

/** A word for logs that holds nothing of the request. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return "code" in error && typeof error.code === "string" ? error.code : error.message.slice(0, 80);
}
