import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Account, Answer, Bank } from "./bank.ts";
import { challengePage, resultPage } from "./challenge-page.ts";
import { fields, isReference, readOrder } from "./order.ts";
import { readBody } from "./read-body.ts";
import type { Kind } from "./tokens.ts";

export interface ServerOptions {
  readonly bank: Bank;
  readonly key: string;
  /** Where card holders find this server. */
  readonly publicUrl: () => string;
  readonly onFault: (error: unknown) => void;
}

const kinds: ReadonlyMap<string, Kind> = new Map([
  ["/v1/authorizations", "authorize"],
  ["/v1/captures", "capture"],
  ["/v1/voids", "void"],
  ["/v1/refunds", "refund"],
]);

/** The bank's counter: JSON over HTTP, a key on every call, bounds on everything that a caller can make large. */
export function bankServer(options: ServerOptions): Server {
  const { bank } = options;
  const allowed = keyCheck(options.key);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://bank").pathname;
    if (path === "/healthz") return send(response, 200, { status: "ok" });
    if (path.startsWith("/3ds/")) return challenge(request, response, path.slice("/3ds/".length));
    if (!allowed(request)) return refuse(response, 401, "unauthorized");
    if (request.method === "GET") return read(response, path);
    if (request.method !== "POST") return refuse(response, 405, "method_not_allowed");
    const body = await readBody(request);
    if (body === undefined) return refuse(response, 413, "too_large");
    const json = parsed(body);
    if (path === "/v1/cancellations") return cancel(request, response, json);
    const kind = kinds.get(path);
    if (kind === undefined) return refuse(response, 404, "no_such_route");
    const order = readOrder(kind, json);
    if ("problem" in order) return refuse(response, 400, "invalid_request", order.problem);
    give(request, response, await bank.order(order.order));
  };

  const cancel = async (request: IncomingMessage, response: ServerResponse, json: unknown): Promise<void> => {
    const authorization = fields(json)("authorization");
    if (!isReference(authorization)) return refuse(response, 400, "invalid_request", "authorization is missing");
    give(request, response, await bank.cancel(authorization));
  };

  const read = async (response: ServerResponse, path: string): Promise<void> => {
    if (path === "/book") return sendBook(response, await bank.accounts());
    const reference = /^\/v1\/operations\/([\w-]{1,100})$/.exec(path)?.[1];
    if (reference === undefined) return refuse(response, 404, "no_such_route");
    const answer = await bank.find(reference);
    if (answer?.does !== "answer") return refuse(response, 404, "not_found");
    send(response, 200, described(answer));
  };

  const challenge = async (request: IncomingMessage, response: ServerResponse, id: string): Promise<void> => {
    const operation = bank.challenged(id);
    if (operation === undefined) return sendPage(response, 404, resultPage("There is no such payment."));
    if (request.method !== "POST") return sendPage(response, 200, challengePage(operation));
    const body = await readBody(request);
    const approved = new URLSearchParams(body ?? "").get("outcome") !== "decline";
    const answer = await bank.answerChallenge(operation, approved);
    const agreed = answer.does === "answer" && answer.status === "succeeded";
    sendPage(response, 200, resultPage(agreed ? "The payment is approved." : "The payment is declined."));
  };

  const give = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
    switch (answer.does) {
      case "hang up":
        request.socket.destroy();
        break;
      case "refuse":
        refuse(response, answer.error === "reference_reused" ? 422 : 400, answer.error);
        break;
      case "answer":
        send(response, statusCodes[answer.status], described(answer));
        break;
    }
  };

  const described = ({ operation, status }: Extract<Answer, { does: "answer" }>): object => ({
    reference: operation.reference,
    kind: operation.kind,
    authorization: operation.authorization,
    status,
    amount: { currencyCode: operation.currency, minorUnits: operation.amount.toString() },
    ...(operation.code === "" ? {} : { declineCode: operation.code }),
    ...(status === "requires_action" ? { actionUrl: `${options.publicUrl()}/3ds/${bank.challengeOf(operation)}` } : {}),
    ...(operation.expiresAt > 0 ? { expireTime: new Date(operation.expiresAt).toISOString() } : {}),
  });

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      options.onFault(error);
      if (!response.headersSent) refuse(response, 500, "internal");
      else response.destroy();
    });
  });
  server.maxConnections = 1000;
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  server.keepAliveTimeout = 60_000;
  return server;
}

const statusCodes = { succeeded: 200, declined: 402, pending: 202, requires_action: 202 } as const;

// Digests have the same length, so that the comparison tells nothing by its time.
function keyCheck(key: string): (request: IncomingMessage) => boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  const expected = digest(`Bearer ${key}`);
  return (request) => timingSafeEqual(digest(request.headers.authorization ?? ""), expected);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

const refuse = (response: ServerResponse, status: number, error: string, detail?: string): void =>
  send(response, status, detail === undefined ? { error } : { error, detail });

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(html);
}

/** One line for each authorization, at the reader's pace. */
async function sendBook(response: ServerResponse, accounts: Iterable<Account>): Promise<void> {
  response.writeHead(200, { "content-type": "application/jsonl" });
  let chunk = "";
  for (const account of accounts) {
    chunk += `${JSON.stringify(lineOf(account))}\n`;
    if (chunk.length < 65_536) continue;
    if (!response.write(chunk)) await drained(response);
    if (response.destroyed) return;
    chunk = "";
  }
  response.end(chunk);
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });

const lineOf = (account: Account): object => ({
  authorization: account.operation.reference,
  order: account.operation.order,
  currencyCode: account.operation.currency,
  status: account.status,
  declineCode: account.operation.code,
  amount: account.operation.amount.toString(),
  held: account.held.toString(),
  captured: account.captured.toString(),
  refunded: account.refunded.toString(),
  voided: account.voided.toString(),
});
