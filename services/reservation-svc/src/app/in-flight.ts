import type { CallContext } from "@staymesh/service-kit";
import type { Claim } from "./ports.ts";
import { inProgress } from "./reply.ts";

const working = new Map<string, Promise<void>>();

/** Lets the twins of a request wait for it inside the process, so that they take no connection meanwhile. */
export async function afterTwin<T>(claim: Claim | undefined, call: CallContext, work: () => Promise<T>): Promise<T> {
  if (claim === undefined) return work();
  const key = `${claim.partner}\n${claim.requestId}`;
  const twin = working.get(key);
  if (twin !== undefined) {
    await Promise.race([twin, aborted(call.signal)]);
    if (call.signal.aborted) throw inProgress();
    return work();
  }
  const run = work();
  working.set(
    key,
    run.then(nothing, nothing).then(() => {
      working.delete(key);
    }),
  );
  return run;
}

const nothing = (): void => {};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
