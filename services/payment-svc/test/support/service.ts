import { randomUUID } from "node:crypto";
import {
  LedgerServiceService,
  type Payment,
  Payment_State,
  PaymentServiceService,
} from "@staymesh/proto/staymesh/payment/v1/payment";
import { RequestServiceService } from "@staymesh/proto/staymesh/payment/v1/request";
import { type BookLine, startBank, type TestBank } from "@staymesh/sandbox-bank/testing";
import { type Logger, type PrincipalFacts, silentLog, systemClock } from "@staymesh/service-kit";
import { callAs, type TestClient } from "@staymesh/service-kit/testing";
import type pg from "pg";
import { database } from "../../../../test/support/parts.ts";
import { openPool } from "../../src/adapters/pool.ts";
import type { Deps } from "../../src/app/deps.ts";
import { startResolver } from "../../src/app/resolver.ts";
import { compose } from "../../src/compose.ts";
import { banks } from "../../src/connectors/index.ts";
import { ledgerHandlers } from "../../src/rpc/ledger-service.ts";
import { paymentHandlers } from "../../src/rpc/payment-service.ts";
import { requestHandlers } from "../../src/rpc/request-service.ts";

export const partner: PrincipalFacts = { partner: "sandbox", keyId: "demo" };

export type Payments = TestClient<typeof PaymentServiceService>;

/** The service on a database of its own, at a real bank, called through the real chain. */
export interface TestService extends AsyncDisposable {
  readonly bank: TestBank;
  readonly payments: Payments;
  readonly ledger: TestClient<typeof LedgerServiceService>;
  readonly requests: TestClient<typeof RequestServiceService>;
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  /** What the bank's book says of a payment. */
  bookOf(payment: Payment): Promise<BookLine | undefined>;
}

export interface TestServiceOptions {
  readonly log?: Logger;
  readonly pendingMs?: number;
  readonly resolver?: boolean;
  /** Puts something else in the place of a part. */
  readonly wrap?: (deps: Deps) => Deps;
}

export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const stack = new AsyncDisposableStack();
  const bank = stack.use(await startBank({ PENDING_MS: String(options.pendingMs ?? 200) }));
  const db = stack.use(await database("payment-svc"));
  const pool = openPool(db.url, () => undefined);
  stack.defer(() => pool.end());
  const problems: string[] = [];
  const configured = banks.sandbox({ SANDBOX_BANK_URL: bank.url, SANDBOX_BANK_KEY: bank.key }, problems);
  if (problems.length > 0) throw new Error(problems.join());
  const connector = configured.connect();
  stack.defer(() => connector.close());
  const log = options.log ?? silentLog;
  const composed = compose({ pool, connector, tokenSecret: configured.secret, clock: systemClock, log });
  const deps = options.wrap?.(composed) ?? composed;
  if (options.resolver !== false) {
    const resolver = startResolver(deps);
    stack.defer(() => resolver.stop());
  }
  const payments = stack.use(await callAs(partner, PaymentServiceService, paymentHandlers(deps), { log }));
  const ledger = stack.use(await callAs(partner, LedgerServiceService, ledgerHandlers(deps), { log }));
  const requests = stack.use(await callAs(partner, RequestServiceService, requestHandlers(deps), { log }));
  return {
    bank,
    payments,
    ledger,
    requests,
    pool,
    databaseUrl: db.url,
    async bookOf(payment) {
      const { rows } = await pool.query("select authorize_id from payment where id = $1", [payment.name.split("/")[1]]);
      return (await bank.book()).find(({ authorization }) => authorization === rows[0]?.authorize_id);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export const euros = (minorUnits: bigint | number) => ({ currencyCode: "EUR", minorUnits: BigInt(minorUnits) });

export const authorization = (token: string, amount: bigint | number = 10_000n) => ({
  amount: euros(amount),
  paymentMethodToken: token,
  reservation: "",
  externalReference: "",
  requestId: randomUUID(),
  validateOnly: false,
});

const target = (payment: Payment) => ({ name: payment.name, etag: "", requestId: randomUUID(), validateOnly: false });

export const capture = (payment: Payment, amount?: bigint | number) => ({
  ...target(payment),
  amount: amount === undefined ? undefined : euros(amount),
});

export const letGo = (payment: Payment) => target(payment);

export const refund = (payment: Payment, amount?: bigint | number) => ({
  parent: payment.name,
  amount: amount === undefined ? undefined : euros(amount),
  note: "",
  requestId: randomUUID(),
  validateOnly: false,
});

export const stateOf = (payment: Payment): string =>
  Object.entries(Payment_State).find(([, number]) => number === payment.state)?.[0] ?? "?";

/** Reads a payment until it is in one of the states; how it gets there is the service's business. */
export async function until(payments: Payments, payment: Payment, ...states: readonly string[]): Promise<Payment> {
  for (;;) {
    const current = await payments.getPayment({ name: payment.name });
    if (states.includes(stateOf(current)) && !current.operationPending) return current;
  }
}

/** The reason of a refusal, or "" where the call succeeded. */
export const reasonOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "",
    (error: unknown) => (error instanceof Error && "reason" in error ? String(error.reason) : `fault: ${error}`),
  );
