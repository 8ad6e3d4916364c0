import { Refusal } from "@staymesh/service-kit/refusal";
import type { RequestKey } from "./ports.ts";

/** What a request is answered with, and whether it had been answered before. */
export interface Answered<T> {
  readonly value: T;
  readonly replayed: boolean;
}

/** Requests under way: an equal one waits for the first one's answer instead of asking again. */
export interface InFlight {
  share<T>(key: RequestKey, deadlineMs: number, work: () => Promise<Answered<T>>): Promise<Answered<T>>;
}

interface Entry {
  readonly fingerprint: Uint8Array;
  readonly answer: Promise<Answered<unknown>>;
}

export function inFlight(): InFlight {
  const entries = new Map<string, Entry>();
  return {
    async share<T>(key: RequestKey, deadlineMs: number, work: () => Promise<Answered<T>>): Promise<Answered<T>> {
      const name = `${key.partner} ${key.requestId}`;
      const before = entries.get(name);
      if (before !== undefined && isEqual(before.fingerprint, key.fingerprint)) {
        // Equal requests are of one method, and so are their answers.
        const answer = (await beforeDeadline(before.answer, deadlineMs)) as Answered<T>;
        return { ...answer, replayed: true };
      }
      const answer = work();
      if (before !== undefined) return answer;
      entries.set(name, { fingerprint: key.fingerprint, answer });
      try {
        return await answer;
      } finally {
        entries.delete(name);
      }
    },
  };
}

export const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

export const inProgress = (): Refusal =>
  new Refusal("IDEMPOTENCY_IN_PROGRESS", "The same request is still at work.", {}, { retryAfterMs: 1000 });

// A little is left for the answer to be told in.
const MARGIN_MS = 50;

async function beforeDeadline<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(inProgress()), Math.max(0, deadlineMs - Date.now() - MARGIN_MS));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
