import { LedgerServiceService, PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import type { Clock, Implementation, Logger } from "@staymesh/service-kit";
import { implement } from "@staymesh/service-kit";
import type pg from "pg";
import { bankPort } from "./adapters/bank.ts";
import { newId } from "./adapters/new-id.ts";
import { openReads } from "./adapters/reads.ts";
import { openStore } from "./adapters/store.ts";
import { openTokenVault } from "./adapters/token-vault.ts";
import type { Deps } from "./app/deps.ts";
import { inFlight } from "./app/in-flight.ts";
import { oneAtATime } from "./app/one-at-a-time.ts";
import type { Connector } from "./connectors/connector.ts";
import { ledgerHandlers } from "./rpc/ledger-service.ts";
import { paymentHandlers } from "./rpc/payment-service.ts";

export interface Parts {
  readonly pool: pg.Pool;
  readonly connector: Connector;
  readonly tokenSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts the flows on their parts. */
export const compose = ({ pool, connector, tokenSecret, clock, log }: Parts): Deps => ({
  store: openStore(pool),
  reads: openReads(pool),
  bank: bankPort(connector),
  vault: openTokenVault(tokenSecret),
  newId,
  wallClock: clock,
  log,
  inFlight: inFlight(),
  turns: oneAtATime(),
});

export const services = (deps: Deps): readonly Implementation[] => [
  implement(PaymentServiceService, paymentHandlers(deps)),
  implement(LedgerServiceService, ledgerHandlers(deps)),
];
