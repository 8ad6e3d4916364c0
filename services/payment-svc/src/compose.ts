import type { Clock, Logger } from "@staymesh/service-kit";
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
  random: Math.random,
  log,
  inFlight: inFlight(),
  turns: oneAtATime(),
});
