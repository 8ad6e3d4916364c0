import { setTimeout as pause } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Clock, Implementation, Logger } from "@staymesh/service-kit";
import type { Redis } from "ioredis";
import type pg from "pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import { openBackground } from "./adapters/background.ts";
import { catalogCache } from "./adapters/catalog-cache.ts";
import { catalogStore } from "./adapters/catalog-store.ts";
import { exportStore } from "./adapters/export-store.ts";
import { feedSignal } from "./adapters/feed-signal.ts";
import { feedStore } from "./adapters/feed-store.ts";
import { gatheredWrites } from "./adapters/gathered-writes.ts";
import { inventoryStore } from "./adapters/inventory-store.ts";
import { openLeases } from "./adapters/leases.ts";
import { quoteTokens } from "./adapters/quote-tokens.ts";
import { reservationStore } from "./adapters/reservation-store.ts";
import { searchIndex } from "./adapters/search-index.ts";
import { sheetStore } from "./adapters/sheet-store.ts";
import { startTimers, type Timer } from "./adapters/timers.ts";
import { readingAgain } from "./adapters/transaction.ts";
import { vault } from "./adapters/vault.ts";
import type { Payments, Ports } from "./app/ports.ts";
import { expireHolds, resumeSagas } from "./app/sweep.ts";
import { encoders } from "./rpc/encoders.ts";
import { services } from "./rpc/services.ts";

export interface Parts {
  readonly pool: pg.Pool;
  /** Connections for work that no call asks for, so that leases are renewed however many calls there are. */
  readonly backPool: pg.Pool;
  readonly redis: Redis;
  readonly payments: Payments;
  readonly quoteSigningKey: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Logger;
}

export interface Composed {
  readonly ports: Ports;
  readonly services: readonly Implementation[];
  /** Begins the work that no call asks for; the function stops it. */
  readonly start: () => () => Promise<void>;
}

const BACKGROUND_AT_ONCE = 32;
const BACKGROUND_WAITING = 2000;
const EVENTS_AT_ONCE = 2000;
/** What the index was told before a start is made up for this far back. */
const REPAIR_SECONDS = 600;

/** Puts the service together from its parts. */
export function compose(parts: Parts): Composed {
  const { pool, backPool, log } = parts;
  const prisma = readingAgain(new PrismaClient({ adapter: new PrismaPg(pool) }));
  const reservations = gatheredWrites(pool, reservationStore(pool), log);
  const catalog = catalogStore(pool, prisma);
  const sheets = sheetStore(pool);
  const index = searchIndex(parts.redis, sheets, log);
  const behind = reservationStore(backPool);
  const relay = feedStore(backPool);
  const signal = feedSignal(relay, { seconds: REPAIR_SECONDS });
  const background = openBackground(BACKGROUND_AT_ONCE, BACKGROUND_WAITING, log);
  const leases = openLeases(parts.newId(), behind);

  const ports: Ports = {
    clock: parts.clock,
    newId: parts.newId,
    pause: (ms) => pause(ms),
    log,
    reservations,
    exports: exportStore(pool),
    catalog,
    catalogs: catalogCache(catalog, sheets.catalogVersion),
    inventory: inventoryStore(pool),
    sheets,
    index,
    feed: feedStore(pool),
    feedSignal: signal,
    payments: parts.payments,
    vault,
    quotes: quoteTokens(parts.quoteSigningKey),
    encode: encoders,
    background,
    leases,
  };

  const { lapsed, claimSagas } = behind;
  const sweeping: Ports = { ...ports, reservations: { ...reservations, lapsed, claimSagas } };

  const follow = async (): Promise<boolean> => {
    const { touched, more } = await signal.poll();
    await index.repair(touched);
    return more;
  };
  const timers: readonly Timer[] = [
    { name: "relay", everyMs: 100, work: async () => (await relay.relay(EVENTS_AT_ONCE)) === EVENTS_AT_ONCE },
    { name: "feed", everyMs: 100, work: follow },
    { name: "index debt", everyMs: 250, work: index.payDebt },
    { name: "sagas", everyMs: 1000, work: () => resumeSagas(sweeping) },
    { name: "leases", everyMs: 1500, work: leases.renew },
    { name: "holds", everyMs: 1000, work: () => expireHolds(sweeping) },
    { name: "forgetting", everyMs: 3_600_000, work: behind.forget },
  ];

  return {
    ports,
    services: services(ports),
    start: () => {
      const running = startTimers(timers, log);
      return async () => {
        await running.stop();
        await background.drain();
      };
    },
  };
}
