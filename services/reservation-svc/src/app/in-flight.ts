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
    if (await isOverBefore(twin, call)) throw inProgress();
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

/** What is left for the answer, so that the caller learns more than that its time is over. */
const MARGIN_MS = 100;

/** Whether the call's time is over before its twin is done. */
async function isOverBefore(twin: Promise<void>, { deadlineMs, signal }: CallContext): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const over = () => resolve(true);
  const timer = setTimeout(over, Math.max(0, deadlineMs - Date.now() - MARGIN_MS));
  if (signal.aborted) over();
  signal.addEventListener("abort", over);
  try {
    return await Promise.race([promise, twin.then(() => false)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", over);
  }
}
