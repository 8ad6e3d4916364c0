import { setTimeout as delay } from "node:timers/promises";
import { leaseMs } from "./ask-bank.ts";
import type { Deps } from "./deps.ts";
import type { Leased } from "./ports.ts";
import { resolveOperation } from "./resolve-operation.ts";

const AT_ONCE = 16;
const LOOK_MS = 250;
/** While there is more than can be done at once. */
const BUSY_MS = 20;
const CLEAN_MS = 60_000;
/** An operation that is open for longer is somebody's business. */
const ALARM_MS = 15 * 60_000;

/** Ends what calls left open, until it is stopped. Any number of processes may do this at once. */
export interface Resolver {
  stop(): Promise<void>;
}

export function startResolver(deps: Deps): Resolver {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let cleanAt = 0;

  const resolve = async (leased: Leased): Promise<void> => {
    try {
      const deadlineMs = Date.now() + deps.bank.timeoutMs;
      await resolveOperation(deps, leased, deadlineMs);
    } catch (error) {
      // Its lease runs out, and it is taken up again.
      deps.log.warn({ err: error, operation: leased.operation.id }, "an operation could not be resolved");
    }
  };
  /** True where there is more to do than was taken. */
  const round = async (): Promise<boolean> => {
    const room = AT_ONCE - underWay.size;
    if (room === 0) return true;
    const due = await deps.store.leaseDue(room, leaseMs(deps.bank));
    for (const leased of due) {
      const work = resolve(leased).finally(() => underWay.delete(work));
      underWay.add(work);
    }
    return due.length === room;
  };
  const clean = async (): Promise<void> => {
    const now = deps.wallClock().getTime();
    if (now < cleanAt) return;
    const more = await deps.store.forgetOld();
    cleanAt = now + (more ? 0 : CLEAN_MS);
    const { open, oldestMs } = await deps.store.backlog();
    if (oldestMs > ALARM_MS) deps.log.error({ open, oldestMs }, "operations at the bank stay without a result");
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let busy = false;
      try {
        busy = await round();
        await clean();
      } catch (error) {
        deps.log.warn({ err: error }, "the resolver cannot reach its database");
      }
      await delay(busy ? BUSY_MS : LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await Promise.all(underWay);
  };

  const done = loop();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
