import { setTimeout as delay } from "node:timers/promises";
import { leaseMs } from "./ask-bank.ts";
import type { Deps } from "./deps.ts";
import type { Leased } from "./ports.ts";
import { resolveOperation } from "./resolve-operation.ts";

const AT_ONCE = 16;
const LOOK_MS = 250;
const CLEAN_MS = 60_000;

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
      await resolveOperation(deps, leased, Date.now() + deps.bank.timeoutMs);
    } catch (error) {
      // Its lease runs out, and it is taken up again.
      deps.log.warn({ err: error, operation: leased.operation.id }, "an operation could not be resolved");
    }
  };
  const round = async (): Promise<void> => {
    const due = await deps.store.leaseDue(AT_ONCE - underWay.size, leaseMs(deps.bank));
    for (const leased of due) {
      const work = resolve(leased).finally(() => underWay.delete(work));
      underWay.add(work);
    }
  };
  const clean = async (): Promise<void> => {
    if (Date.now() < cleanAt) return;
    const more = await deps.store.forgetOld();
    cleanAt = Date.now() + (more ? 0 : CLEAN_MS);
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if (underWay.size < AT_ONCE) await round();
        await clean();
      } catch (error) {
        deps.log.warn({ err: error }, "the resolver cannot reach its database");
      }
      await delay(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
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
