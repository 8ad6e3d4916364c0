import { Refusal } from "@staymesh/service-kit/refusal";

/** Lets so much work in at once; the rest waits in order, and what finds the queue full is refused. */
export interface Turnstile {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

export function turnstile(atOnce: number, waitingMax: number, busy: string): Turnstile {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    async pass(work) {
      if (inside < atOnce) inside++;
      else if (waiting.length < waitingMax) await new Promise<void>((enter) => waiting.push(enter));
      else throw new Refusal("OVERLOADED", busy, {}, { retryAfterMs: 1000 });
      try {
        return await work();
      } finally {
        // Whoever is next takes the place that becomes free, so the count stays.
        const next = waiting.shift();
        if (next === undefined) inside--;
        else next();
      }
    },
  };
}
