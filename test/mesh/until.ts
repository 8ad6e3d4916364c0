import { setTimeout as delay } from "node:timers/promises";

/** Asks again and again until there is an answer, and gives up at the bound with the last reason. */
export const until = async <T>(
  what: string,
  boundMs: number,
  ask: () => Promise<T | undefined>,
  everyMs = 100,
): Promise<T> => {
  const end = performance.now() + boundMs;
  let last: unknown;
  do {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  } while (performance.now() < end);
  throw new Error(`${what}: not within ${boundMs / 1000} s`, { cause: last });
};

/** Does the work of every item with at most so many at once. */
export const concurrently = async <T, R>(
  atOnce: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> => {
  const results = new Map<number, R>();
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results.set(index, await work(item, index));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return [...results.entries()].sort(([one], [other]) => one - other).map(([, result]) => result);
};
