import { secret, url } from "@staymesh/service-kit";
import type { Outcome } from "../domain/outcome.ts";
import type { Bank, BankOperation, Connector, NotFound, SendContext } from "./connector.ts";
import { openHttpJson, type Reply } from "./http-json.ts";

const TIMEOUT_MS = 5000;
const CLOCK_SKEW_MS = 2000;

const settings = {
  url: url("SANDBOX_BANK_URL", { protocols: ["http:", "https:"] }),
  key: secret("SANDBOX_BANK_KEY", { minLength: 8 }),
};

/** The bank of tools/sandbox-bank. */
export const sandbox: Bank = (env, problems) => {
  const read = { url: settings.url(env, problems), key: settings.key(env, problems) };
  return { secret: read.key, connect: () => connectSandbox(read.url, read.key) };
};

function connectSandbox(bankUrl: string, key: string): Connector {
  const http = openHttpJson(bankUrl, { authorization: `Bearer ${key}` });

  const post = async (path: string, body: object, operation: BankOperation, context: SendContext): Promise<Outcome> => {
    const { deadlineMs } = context;
    return outcomeOf(await http.send("POST", path, { ...body, notAfter: deadlineMs }, deadlineMs), operation);
  };
  const amountOf = ({ currency, amount }: BankOperation): object => ({
    amount: { currencyCode: currency, minorUnits: amount.toString() },
  });
  const on = ({ reference, authorization }: BankOperation): object => ({
    reference,
    authorization: authorization.reference,
  });

  return {
    name: "sandbox",
    capabilities: {
      idempotencyWindowMs: 30 * 24 * 3_600_000,
      // The bank does not begin with an order whose deadline is over, so that nothing can turn up much later.
      notFoundFinalAfterMs: TIMEOUT_MS + CLOCK_SKEW_MS,
      timeoutMs: TIMEOUT_MS,
    },
    authorize(operation, token, context) {
      const { reference, order } = operation;
      return post("/v1/authorizations", { reference, token, order, ...amountOf(operation) }, operation, context);
    },
    capture: (operation, context) =>
      post("/v1/captures", { ...on(operation), ...amountOf(operation), final: true }, operation, context),
    void: (operation, context) => post("/v1/voids", on(operation), operation, context),
    refund: (operation, context) =>
      post("/v1/refunds", { ...on(operation), ...amountOf(operation) }, operation, context),
    async query(operation, { deadlineMs }) {
      const reply = await http.send("GET", `/v1/operations/${operation.reference}`, undefined, deadlineMs);
      if (isNotFound(reply)) return { status: "NOT_FOUND" } satisfies NotFound;
      return evidenceOf(outcomeOf(reply, operation));
    },
    async abandon(operation, { deadlineMs }) {
      const body = { authorization: operation.reference };
      const reply = await http.send("POST", "/v1/cancellations", body, deadlineMs);
      return evidenceOf(outcomeOf(reply, operation));
    },
    close: () => http.close(),
  };
}

/** That a question was not answered says nothing of the operation. */
const evidenceOf = (outcome: Outcome): Outcome =>
  outcome.status === "NOT_EXECUTED" ? { status: "UNKNOWN", detail: outcome.detail } : outcome;

const isNotFound = (reply: Reply): boolean =>
  reply.kind === "answer" && reply.status === 404 && textOf(reply.json, "error") === "not_found";

/** What a reply proves, and nothing more. */
function outcomeOf(reply: Reply, operation: BankOperation): Outcome {
  if (reply.kind === "not sent") return { status: "NOT_EXECUTED", detail: reply.detail, unreached: true };
  if (reply.kind === "lost") return unknown(reply.detail);
  const { status, json } = reply;
  if (status >= 500 || json === undefined) return unknown(`HTTP ${status}`);
  const said = textOf(json, "status");
  if (said === undefined) {
    const error = textOf(json, "error");
    // Another order under our reference can only be a mistake of ours: nobody guesses what it did.
    if (status === 422 || status === 409 || error === undefined) return unknown(error ?? `HTTP ${status}`);
    return status >= 400 ? { status: "NOT_EXECUTED", detail: error } : unknown(`HTTP ${status}`);
  }
  const isIts = textOf(json, "reference") === operation.reference;
  if (said === "declined" && isIts) return { status: "DECLINED", code: textOf(json, "declineCode") ?? "declined" };
  if (!isIts || !isSameAmount(json, operation)) return unknown("the answer is about something else");
  const bankReference = operation.reference;
  switch (said) {
    case "succeeded": {
      const expiresAt = new Date(textOf(json, "expireTime") ?? "");
      // A moment that cannot be read is none.
      return Number.isNaN(expiresAt.getTime())
        ? { status: "SUCCEEDED", bankReference }
        : { status: "SUCCEEDED", bankReference, expiresAt };
    }
    case "requires_action": {
      const actionUrl = textOf(json, "actionUrl");
      return actionUrl === undefined ? unknown("no actionUrl") : { status: "PENDING", bankReference, actionUrl };
    }
    case "pending":
      return { status: "PENDING", bankReference };
    default:
      return unknown(`status ${said.slice(0, 40)}`);
  }
}

const unknown = (detail: string): Outcome => ({ status: "UNKNOWN", detail });

/** What the bank did has to be what it was asked for. */
function isSameAmount(json: unknown, { currency, amount }: BankOperation): boolean {
  const done = fieldOf(json, "amount");
  return textOf(done, "currencyCode") === currency && textOf(done, "minorUnits") === amount.toString();
}

const fieldOf = (json: unknown, name: string): unknown =>
  typeof json === "object" && json !== null ? Reflect.get(json, name) : undefined;

function textOf(json: unknown, name: string): string | undefined {
  const value = fieldOf(json, name);
  return typeof value === "string" ? value : undefined;
}
