import type { WorkStore } from "./ports.ts";

export const LEASE_MS = 4000;
const RENEW_EVERY_MS = 400;

/** The report was given up, or another worker has taken it over. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** A lease that is renewed until it is put down; its signal aborts once the report is no longer this worker's. */
export interface KeptLease extends Disposable {
  readonly signal: AbortSignal;
}

/** Renews a lease often, since the answer also tells of a cancellation: that is how one reaches a worker, wherever it runs. */
export function keepLease(work: WorkStore, id: string, token: string): KeptLease {
  const lost = new AbortController();
  let asking = false;
  let missed = 0;
  const renew = async () => {
    if (asking) return;
    asking = true;
    try {
      if (!(await work.renew(id, token, LEASE_MS))) lost.abort(new LeaseLost("the report is no longer this worker's"));
      missed = 0;
    } catch {
      // One failed question is no loss; but a lease that could not be renewed for its whole length may be somebody else's.
      missed += 1;
      if (missed * RENEW_EVERY_MS >= LEASE_MS) lost.abort(new LeaseLost("the lease could not be renewed"));
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void renew(), RENEW_EVERY_MS);
  return { signal: lost.signal, [Symbol.dispose]: () => clearInterval(timer) };
}
