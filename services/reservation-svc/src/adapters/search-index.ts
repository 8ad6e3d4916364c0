import { randomBytes } from "node:crypto";
import type { Logger } from "@staymesh/service-kit";
import type { Redis } from "ioredis";
import type { SearchIndex, SheetKey, SheetStore, Touched } from "../app/ports.ts";
import { addDays, monthsOf } from "../domain/day.ts";
import { sheetMemory, writeSheet } from "./sheet-text.ts";

/** How long the answer to a write waits for the index at most. */
const INVALIDATE_WAIT_MS = 150;
/** Less than what a process looks back at its start, so that nothing is kept that no process knows to drop. */
const KEEP_SECONDS = 540;
const GUARD_SECONDS = 7200;
const MARK_SECONDS = 900;
const DEBT_MAX = 50_000;

/** Stores a sheet only if nothing has been changed since its guard was read. */
const FILL = `if redis.call("GET", KEYS[1]) == ARGV[1] then
  redis.call("SET", KEYS[2], ARGV[2], "EX", ARGV[3])
  return 1
end
return 0`;

interface Debt {
  readonly key: SheetKey;
  readonly since: number;
}

export interface RedisIndex extends SearchIndex {
  /** Makes up for invalidations that a process died before making. */
  readonly repair: (touched: readonly Touched[]) => Promise<void>;
  /** Pays what could not be invalidated while the index was away. */
  readonly payDebt: () => Promise<void>;
}

/**
 * Sheets in Redis, each beside a guard. A change drops both; a reader fills a sheet only under the guard that it found or made before
 * it read the store, so that what was true before a change is never kept after it.
 */
export function searchIndex(redis: Redis, sheets: Pick<SheetStore, "read">, log: Logger): RedisIndex {
  // Keys that this process could not invalidate. Until they are, it reads them from the store.
  const debt = new Map<string, Debt>();
  let owed = 0;
  let overflow = false;
  const readSheet = sheetMemory();
  const usable = () => redis.status === "ready";

  const drop = async (keys: readonly SheetKey[], eventId: string | undefined): Promise<boolean> => {
    if (!usable()) return false;
    const pipeline = redis.pipeline();
    // Without its guard a sheet that is being filled at this moment is not kept either.
    pipeline.del(...keys.flatMap((key) => [guardOf(key), sheetOf(key)]));
    // A mark that gets lost is made up for by dropping the sheet once more.
    if (eventId !== undefined) pipeline.set(markOf(eventId), "1", "EX", MARK_SECONDS);
    try {
      const results = await pipeline.exec();
      return results?.[0]?.[0] === null;
    } catch {
      return false;
    }
  };

  const owe = (keys: readonly SheetKey[]): void => {
    if (debt.size + keys.length > DEBT_MAX) {
      overflow = true;
      debt.clear();
    }
    owed++;
    if (!overflow) for (const key of keys) debt.set(sheetOf(key), { key, since: owed });
  };

  /** A key that was owed anew meanwhile stays owed. */
  const settle = (keys: readonly SheetKey[], since: number): void => {
    for (const key of keys) if ((debt.get(sheetOf(key))?.since ?? 0) <= since) debt.delete(sheetOf(key));
  };

  const payDebt = async (): Promise<void> => {
    if (!usable()) return;
    if (overflow) {
      // Too much has changed to know what: everything is forgotten, and read anew.
      await redis.flushdb();
      overflow = false;
      return;
    }
    const since = owed;
    const keys = [...debt.values()].slice(0, 1000).map(({ key }) => key);
    if (keys.length > 0 && (await drop(keys, undefined))) settle(keys, since);
  };

  const cached = async (keys: readonly SheetKey[]): Promise<readonly (string | null)[]> => {
    const none = keys.map(() => null);
    if (!usable() || overflow) return none;
    try {
      const texts = await redis.mget(keys.flatMap((key) => [sheetOf(key), guardOf(key)]));
      return keys.map((key, index) => {
        // A sheet whose guard was evicted could not be told from an old one.
        if (debt.has(sheetOf(key)) || texts[index * 2 + 1] === null) return null;
        return texts[index * 2] ?? null;
      });
    } catch {
      return none;
    }
  };

  /** Puts a guard where there is none, and tells the one in force. */
  const guards = async (keys: readonly SheetKey[]): Promise<readonly (string | undefined)[]> => {
    if (!usable() || overflow) return keys.map(() => undefined);
    const pipeline = redis.pipeline();
    for (const key of keys) {
      pipeline.set(guardOf(key), newGuard(), "EX", GUARD_SECONDS, "NX");
      pipeline.get(guardOf(key));
    }
    try {
      const results = (await pipeline.exec()) ?? [];
      return keys.map((_, index) => {
        const guard = results[index * 2 + 1]?.[1];
        return typeof guard === "string" ? guard : undefined;
      });
    } catch {
      return keys.map(() => undefined);
    }
  };

  const fill = (key: SheetKey, guard: string | undefined, text: string): void => {
    if (guard === undefined || !usable()) return;
    redis
      .eval(FILL, 2, guardOf(key), sheetOf(key), guard, text, KEEP_SECONDS)
      .catch((err: unknown) => log.debug({ err }, "a sheet was not kept"));
  };

  return {
    payDebt,
    read: async (keys) => {
      const texts = await cached(keys);
      const missing = keys.filter((_, index) => texts[index] === null);
      if (missing.length === 0) return keys.map((key, index) => readSheet(sheetOf(key), texts[index] ?? "", key.month));
      const inForce = await guards(missing);
      const read = await sheets.read(missing);
      for (const [index, key] of missing.entries()) {
        const sheet = read[index];
        if (sheet !== undefined) fill(key, inForce[index], writeSheet(sheet));
      }
      let next = 0;
      return keys.map((key, index) => {
        const text = texts[index];
        if (text !== null && text !== undefined) return readSheet(sheetOf(key), text, key.month);
        const sheet = read[next++];
        if (sheet === undefined) throw new Error("the store left a sheet out");
        return sheet;
      });
    },
    invalidate: async (partner, property, from, to, eventId) => {
      const keys = keysBetween(partner, property, from, to);
      // Owed until it is done, so that this process never reads what it has not yet dropped.
      owe(keys);
      const since = owed;
      const done = drop(keys, eventId).then((dropped) => {
        if (dropped) settle(keys, since);
      });
      if (usable()) await withinMs(done, INVALIDATE_WAIT_MS);
    },
    repair: async (touched) => {
      const changed = touched.filter((event) => event.nights !== undefined);
      if (changed.length === 0) return;
      const marks = usable() ? await redis.mget(changed.map((event) => markOf(event.eventId))).catch(() => []) : [];
      for (const [index, { partner, property, nights, eventId }] of changed.entries()) {
        if (typeof marks[index] === "string" || nights === undefined) continue;
        const keys = keysBetween(partner, property, nights.from, nights.to);
        if (!(await drop(keys, eventId))) owe(keys);
      }
    },
  };
}

const keysBetween = (partner: string, property: string, from: string, to: string): readonly SheetKey[] =>
  monthsOf(from, to <= from ? addDays(from, 1) : to).map((month) => ({ partner, property, month }));

const place = ({ partner, property, month }: SheetKey): string => `${partner}:${property}:${month}`;
const sheetOf = (key: SheetKey): string => `sheet:${place(key)}`;
const guardOf = (key: SheetKey): string => `guard:${place(key)}`;
const markOf = (eventId: string): string => `told:${eventId}`;
const newGuard = (): string => randomBytes(9).toString("base64url");

async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
