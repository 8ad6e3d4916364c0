import { randomUUID } from "node:crypto";
import { PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { CatalogServiceService } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { InventoryServiceService } from "@staymesh/proto/staymesh/reservation/v1/inventory";
import { RequestServiceService } from "@staymesh/proto/staymesh/reservation/v1/request";
import { ReservationServiceService } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { StayServiceService } from "@staymesh/proto/staymesh/reservation/v1/stay";
import {
  type Caller,
  type Client,
  connect,
  fixedPrincipals,
  implement,
  type PrincipalFacts,
  principalOf,
  Refusal,
  serve,
  silentLog,
  systemClock,
} from "@staymesh/service-kit";
import { testContract } from "@staymesh/service-kit/testing";
import type pg from "pg";
import { database, redisUrl } from "../../../../test/support/parts.ts";
import { openRedis } from "../../src/adapters/open-redis.ts";
import { openPayments } from "../../src/adapters/payments.ts";
import { openPool } from "../../src/adapters/pool.ts";
import { uuidv7 } from "../../src/adapters/uuidv7.ts";
import { type Composed, compose } from "../../src/compose.ts";
import { type FakePayments, fakePayments } from "./fake-payments.ts";

const KEY = "a-key-of-the-test-client";
const SIGNING_KEY = "a signing key that is long enough for tests";

/** The service on real parts, called over real gRPC, with a payment service in memory behind it. */
export interface World extends AsyncDisposable {
  readonly catalog: Client<typeof CatalogServiceService>;
  readonly inventory: Client<typeof InventoryServiceService>;
  readonly stays: Client<typeof StayServiceService>;
  readonly reservations: Client<typeof ReservationServiceService>;
  readonly requests: Client<typeof RequestServiceService>;
  readonly bank: FakePayments;
  readonly pool: pg.Pool;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly composed: Composed;
  /** A caller; by default the partner "north" who may do everything. */
  readonly as: (facts?: Partial<PrincipalFacts>, statedNow?: string) => Caller;
  /** Ends the service and starts another one on the same store. */
  readonly restart: () => Promise<World>;
}

interface Kept {
  readonly databaseUrl: string;
  readonly dropDatabase: () => Promise<void>;
  readonly redisUrl: string;
  readonly bank: FakePayments;
}

export interface WorldOptions {
  /** False: nothing happens but what a call does. */
  readonly sweepers?: boolean;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const [store, redis] = await Promise.all([database("reservation-svc"), redisUrl("index")]);
  return start({ databaseUrl: store.url, dropDatabase: store.close, redisUrl: redis, bank: fakePayments() }, options);
}

async function start(kept: Kept, options: WorldOptions): Promise<World> {
  const contract = await testContract();
  const service = principalOf({ partner: "", scopes: [], properties: [], service: "test" });
  const principals = fixedPrincipals(new Map([[KEY, service]]));
  const common = { host: "127.0.0.1", port: 0, adminPort: 0, contract, principals, clock: systemClock } as const;
  const bankServer = await serve({
    ...common,
    name: "payment-svc",
    services: [implement(PaymentServiceService, kept.bank.handlers)],
    log: silentLog,
    handleSignals: false,
  });
  const client = { contract, serviceKey: KEY, name: "test" };
  const payments = openPayments({ ...client, address: bankServer.address });
  const pool = openPool({ url: kept.databaseUrl, max: 16, onError: () => {} });
  const backPool = openPool({ url: kept.databaseUrl, max: 3, onError: () => {} });
  const redis = openRedis(kept.redisUrl, silentLog);
  const composed = compose({
    pool,
    backPool,
    redis,
    payments,
    quoteSigningKey: SIGNING_KEY,
    clock: systemClock,
    newId: () => uuidv7(Date.now(), randomUUID()),
    log: silentLog,
  });
  const stop = options.sweepers === false ? async () => {} : composed.start();
  const server = await serve({
    ...common,
    name: "reservation-svc",
    services: composed.services,
    log: silentLog,
    handleSignals: false,
    limits: { callsMax: 4000 },
  });
  const to = { ...client, address: server.address };
  const clients = {
    catalog: connect(CatalogServiceService, to),
    inventory: connect(InventoryServiceService, to),
    stays: connect(StayServiceService, to),
    reservations: connect(ReservationServiceService, to),
    requests: connect(RequestServiceService, to),
  };
  const end = async () => {
    for (const each of Object.values(clients)) each.close();
    await server.close();
    await stop();
    payments[Symbol.dispose]();
    await bankServer.close();
    redis.disconnect();
    await Promise.all([pool.end(), backPool.end()]);
  };
  return {
    ...clients,
    bank: kept.bank,
    pool,
    redisUrl: kept.redisUrl,
    databaseUrl: kept.databaseUrl,
    composed,
    as: (facts = {}, statedNow) => ({
      principal: principalOf({ partner: "north", ...facts }),
      ...(statedNow === undefined ? {} : { statedNow: new Date(statedNow) }),
    }),
    restart: async () => {
      await end();
      return start(kept, options);
    },
    [Symbol.asyncDispose]: async () => {
      await end();
      await kept.dropDatabase();
    },
  };
}

/** The reason of the refusal that a call ends in. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  return (await refusalOf(call)).reason;
}

export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("the call was not refused");
}
